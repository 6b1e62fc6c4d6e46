"""The state of this installation: one SQLite file. All SQL of the project is in this package."""
