"""The part of GitLab's GraphQL schema that the simulated server knows: types and fields that are real.

A test holds it against the real introspection answer of May 2022; what is newer than that is in `NEWER`, and a server
can be made that lacks any of it.
"""

from __future__ import annotations

from functools import cache

from graphql import GraphQLSchema, build_schema

NEWER = frozenset(
    {
        "CiJob.failureMessage",
        "CiJob.retried",
        "CiJob.runner",
        "MergeRequest.detailedMergeStatus",
        "Pipeline.name",
        "Pipeline.source",
        "Pipeline.yamlErrorMessages",
        "Project.pipelineSchedules",
    }
)
"""Fields that a server of 2022 lacks."""

ENTERPRISE = frozenset({"MergeRequest.approvalsLeft"})
"""Fields that only the Enterprise Edition has, which salsa is not."""

_PAGE = "after: String, before: String, first: Int, last: Int"

_SDL = f"""
scalar Time
scalar JobID

enum MergeRequestState {{ all closed locked merged opened }}
enum MergeRequestSort {{ CREATED_ASC CREATED_DESC UPDATED_ASC UPDATED_DESC }}
enum MergeRequestReviewState {{ APPROVED REQUESTED_CHANGES REVIEWED REVIEW_STARTED UNAPPROVED UNREVIEWED }}
enum DetailedMergeStatus {{
  CHECKING CI_MUST_PASS CI_STILL_RUNNING CONFLICT DISCUSSIONS_NOT_RESOLVED DRAFT_STATUS MERGEABLE NEED_REBASE
  NOT_APPROVED NOT_OPEN REQUESTED_CHANGES UNCHECKED
}}
enum CiJobKind {{ BRIDGE BUILD }}
enum PipelineStatusEnum {{
  CANCELED CANCELING CREATED FAILED MANUAL PENDING PREPARING RUNNING SCHEDULED SKIPPED SUCCESS WAITING_FOR_CALLBACK
  WAITING_FOR_RESOURCE
}}
enum CiJobStatus {{
  CANCELED CANCELING CREATED FAILED MANUAL PENDING PREPARING RUNNING SCHEDULED SKIPPED SUCCESS WAITING_FOR_CALLBACK
  WAITING_FOR_RESOURCE
}}

type Query {{
  group(fullPath: ID!): Group
  project(fullPath: ID!): Project
}}

type PageInfo {{
  endCursor: String
  hasNextPage: Boolean!
}}

type Group {{
  fullPath: ID!
  mergeRequests(
    {_PAGE}, includeArchived: Boolean, includeSubgroups: Boolean, sort: MergeRequestSort, state: MergeRequestState
    updatedAfter: Time
  ): MergeRequestConnection
  projects({_PAGE}, includeSubgroups: Boolean): ProjectConnection!
}}

type ProjectConnection {{
  nodes: [Project]
  pageInfo: PageInfo!
}}

type Project {{
  archived: Boolean
  fullPath: ID!
  id: ID!
  jobsEnabled: Boolean
  lastActivityAt: Time
  mergeRequest(iid: String!): MergeRequest
  pipeline(iid: ID): Pipeline
  pipelineSchedules({_PAGE}): PipelineScheduleConnection
  publicJobs: Boolean
  pipelines({_PAGE}, ref: String, source: String): PipelineConnection
  repository: Repository
  visibility: String
  webUrl: String
}}

type Repository {{
  empty: Boolean!
  rootRef: String
  tree: Tree
}}

type Tree {{
  lastCommit: Commit
}}

type Commit {{
  authoredDate: Time
  sha: String!
}}

type CommitConnection {{
  nodes: [Commit]
}}

type PipelineConnection {{
  nodes: [Pipeline]
  pageInfo: PageInfo!
}}

type Pipeline {{
  createdAt: Time!
  id: ID!
  iid: String!
  jobs({_PAGE}): CiJobConnection
  name: String
  path: String
  project: Project
  ref: String
  refPath: String
  sha: String
  source: String
  status: PipelineStatusEnum!
  updatedAt: Time!
  warnings: Boolean!
  yamlErrorMessages: String
}}

type CiJobConnection {{
  nodes: [CiJob]
  pageInfo: PageInfo!
}}

type CiJob {{
  allowFailure: Boolean!
  downstreamPipeline: Pipeline
  failureMessage: String
  finishedAt: Time
  id: JobID
  kind: CiJobKind!
  name: String
  retried: Boolean
  runner: CiRunner
  stage: CiStage
  startedAt: Time
  status: CiJobStatus
}}

type CiRunner {{
  description: String
}}

type CiStage {{
  name: String
}}

type PipelineScheduleConnection {{
  nodes: [PipelineSchedule]
}}

type PipelineSchedule {{
  active: Boolean!
  cron: String!
  cronTimezone: String!
  description: String
  id: ID!
  lastPipeline: Pipeline
  nextRunAt: Time
  refForDisplay: String
}}

type MergeRequestConnection {{
  nodes: [MergeRequest]
  pageInfo: PageInfo!
}}

type MergeRequest {{
  approvalsLeft: Int
  approvedBy({_PAGE}): UserCoreConnection
  author: MergeRequestAuthor
  commits({_PAGE}): CommitConnection
  conflicts: Boolean!
  createdAt: Time!
  detailedMergeStatus: DetailedMergeStatus
  diffHeadSha: String
  discussions({_PAGE}): DiscussionConnection!
  draft: Boolean!
  headPipeline: Pipeline
  iid: String!
  labels({_PAGE}): LabelConnection
  mergeUser: UserCore
  mergedAt: Time
  notes({_PAGE}): NoteConnection!
  projectId: Int!
  reviewers({_PAGE}): MergeRequestReviewerConnection
  sourceBranch: String!
  state: MergeRequestState!
  targetBranch: String!
  title: String!
  updatedAt: Time!
  userNotesCount: Int
  webUrl: String
}}

type MergeRequestAuthor {{
  bot: Boolean!
  username: String!
}}

type MergeRequestReviewerConnection {{
  nodes: [MergeRequestReviewer]
}}

type MergeRequestReviewer {{
  bot: Boolean!
  mergeRequestInteraction: UserMergeRequestInteraction
  username: String!
}}

type UserMergeRequestInteraction {{
  approved: Boolean!
  reviewState: MergeRequestReviewState
}}

type UserCoreConnection {{
  nodes: [UserCore]
}}

type UserCore {{
  bot: Boolean!
  username: String!
}}

type LabelConnection {{
  nodes: [Label]
}}

type Label {{
  title: String!
}}

type NoteConnection {{
  nodes: [Note]
}}

type Note {{
  author: UserCore!
  createdAt: Time!
  system: Boolean!
  systemNoteIconName: String
}}

type DiscussionConnection {{
  nodes: [Discussion]
}}

type Discussion {{
  resolvable: Boolean!
  resolved: Boolean!
}}
"""


@cache
def schema(has: frozenset[str]) -> GraphQLSchema:
    """Return the schema of a server that has these of the newer fields, and none of the others."""
    lacking = (NEWER | ENTERPRISE) - has
    kind, kept = "", []
    for line in _SDL.splitlines():
        if line.startswith("type "):
            kind = line.split()[1]
        name = line.strip().partition(":")[0].partition("(")[0]
        if f"{kind}.{name}" not in lacking:
            kept.append(line)
    return build_schema("\n".join(kept), assume_valid=True)
