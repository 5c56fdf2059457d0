"""What robots.txt, rights signals and the operator's policy allow."""
