"""What the black-box suites share. Nothing here imports or knows anything of Safeconduct's own code."""
