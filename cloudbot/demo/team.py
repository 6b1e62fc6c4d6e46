"""The embedded team's own facts: which of its jobs build an image. A real team writes this in its configuration."""

BUILD_RULES = (
    r"(?P<vendor>azure|ec2|gce|generic|genericcloud|nocloud) (?P<release>\S+)(?: (?P<arch>amd64|arm64|ppc64el))? build",
)
"""The official builds of the same names run elsewhere and are another matter."""
