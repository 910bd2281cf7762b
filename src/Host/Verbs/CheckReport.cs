namespace Paddlewheel.Host.Verbs;

/// <summary>The lines of <c>check</c>: what is fine, what is worth knowing, and each problem with its fix.</summary>
internal sealed class CheckReport(TextWriter output)
{
    public int Problems { get; private set; }

    public void Fine(string line) => output.WriteLine("ok       " + line);

    public void Note(string line) => output.WriteLine("note     " + line);

    /// <summary>A problem; <paramref name="fix"/> is left out where the sentence holds it already.</summary>
    public void Problem(string what, string? fix = null)
    {
        Problems++;
        output.WriteLine("problem  " + what);
        if (fix is not null)
        {
            output.WriteLine("         fix: " + fix);
        }
    }
}
