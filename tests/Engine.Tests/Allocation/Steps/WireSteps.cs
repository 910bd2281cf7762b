using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Perf.Steps;

internal static class WireSteps
{
    public const string Room = "Wire";

    public static IEnumerable<Step> All()
    {
        yield return Read("read an envelope, empty body", SampleMessages.Call(0));
        yield return Read("read an envelope, 1 KiB", SampleMessages.Call(1024));
        yield return Read("read an envelope, 64 KiB", SampleMessages.Call(64 * 1024));
        yield return Read("read an envelope with callback and annotations", SampleMessages.Call(1024, callback: true, annotations: true));

        yield return Decode("decode base64, 1 KiB", 1024);
        yield return Decode("decode base64, 64 KiB", 64 * 1024);

        string v1 = SampleMessages.ReplyTo(123_456);
        string v2 = SampleMessages.ReplyToV2(123_456);
        byte[] utf8 = System.Text.Encoding.ASCII.GetBytes(v1);
        yield return new(Room, "parse an ack subject, 9 tokens", () => Step.Must(AckSubject.TryParse(v1, out _)));
        yield return new(Room, "parse an ack subject, 12 tokens", () => Step.Must(AckSubject.TryParse(v2, out _)));
        yield return new(Room, "parse an ack subject, bytes", () => Step.Must(AckSubject.TryParse(utf8, out _)));
    }

    // Reading changes the buffer, so every run starts from the message as it came: as the worker's copy out of the receive buffer.
    private static Step Read(string name, byte[] message)
    {
        byte[] buffer = new byte[message.Length];
        Envelope envelope = new();
        return new(Room, name, () =>
        {
            message.CopyTo(buffer, 0);
            Step.Must(envelope.Read(buffer, message.Length, SampleMessages.Limits) == EnvelopeError.None);
        });
    }

    private static Step Decode(string name, int bytes)
    {
        byte[] text = System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(new byte[bytes]));
        byte[] buffer = new byte[text.Length];
        return new(Room, name, () =>
        {
            text.CopyTo(buffer, 0);
            Step.Must(Base64Body.TryDecodeInPlace(buffer, out int length) && length == bytes);
        });
    }
}
