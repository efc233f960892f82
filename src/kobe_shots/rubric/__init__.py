"""Does a repository meet the assignment? Its 23 checks, asked of what lies in a folder, without running any of it."""
