"""How fast the loop's legs are, beside plain baselines measured in the same run. See docs/performance.md."""
