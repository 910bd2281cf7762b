namespace Paddlewheel.Perf.Scenarios;

/// <summary>A kind of load: plain C#, whatever runs it. A new one is one file and one line in <see cref="ScenarioList"/>.</summary>
internal interface IScenario
{
    /// <summary>As on the command line.</summary>
    string Name { get; }

    /// <summary>One line for the usage text and the report.</summary>
    string What { get; }

    /// <summary>Its own settings; the common ones are there anyway, and one of the same name gives a common one another default.</summary>
    IReadOnlyList<Setting> Settings { get; }

    /// <summary>Runs it. What the worker did wrong is in the result; a run that could not be done throws <see cref="LoadException"/>.</summary>
    Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop);
}
