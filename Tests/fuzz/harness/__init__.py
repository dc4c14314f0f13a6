"""What compares two engines: the one under test, a program that answers lines, and the Rust engine as an oracle."""
