using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Paddlewheel.Engine.Integration.Image;

/// <summary>
/// The container engine and the images that <c>eng/image-check</c> has built. Without them these tests are skipped: they need root,
/// a network of their own and the chart's ports.
/// </summary>
internal static class ImageEngine
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The image of a flavour; skips the test where there is none.</summary>
    public static string Image(string flavour)
    {
        string? image = Variable("PADDLEWHEEL_IMAGE_" + flavour.ToUpperInvariant());
        Assert.SkipWhen(image is null, "no image was built for this run: eng/image-check builds both flavours and runs these tests");
        return image!;
    }

    /// <summary>Our own layer on top of the base image, bytes, uncompressed.</summary>
    public static async Task<long> LayerBytesAsync(string flavour, CancellationToken cancellationToken)
    {
        string ours = await RunAsync(cancellationToken, "image", "inspect", "--format", "{{.Size}}", Image(flavour));
        string theirs = await RunAsync(cancellationToken, "image", "inspect", "--format", "{{.Size}}", Variable("PADDLEWHEEL_IMAGE_BASE_" + flavour.ToUpperInvariant())!);
        return long.Parse(ours, CultureInfo.InvariantCulture) - long.Parse(theirs, CultureInfo.InvariantCulture);
    }

    /// <summary>Runs podman to its end; returns what it printed, and fails with what it complained about.</summary>
    public static async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        (int code, string output, string error) = await TryAsync(cancellationToken, arguments);
        Assert.True(code == 0, $"podman {string.Join(' ', arguments)} ended with {code}: {error}");
        return output;
    }

    /// <summary>Runs podman to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> TryAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        string[] engine = (Variable("PADDLEWHEEL_IMAGE_ENGINE") ?? "podman").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var start = new ProcessStartInfo(engine[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in engine.Skip(1).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Limit, cancellationToken);
        return (process.ExitCode, (await output).Trim(), (await error).Trim());
    }

    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
