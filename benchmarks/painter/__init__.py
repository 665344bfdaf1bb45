"""The painter against its peers: time, memory and two distances that nobody optimises; see docs/benchmarks.md."""
