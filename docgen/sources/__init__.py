"""Sources of releases: folders, wheels and sdists, git, a package index, installed packages, a single file."""
