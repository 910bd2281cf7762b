using Xunit.Sdk;
using Xunit.v3;

// Every test starts real processes and measures their work: two at once would only measure each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
