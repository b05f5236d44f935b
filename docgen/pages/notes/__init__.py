"""Change notes: of a service in a release, of a range of releases, and release notes to publish."""
