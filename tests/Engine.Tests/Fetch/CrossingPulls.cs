using Paddlewheel.Engine.Fetch;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

/// <summary>
/// A server that deals one message to each waiting pull in turn, ends pulls that do not want to wait when it has no more, and a
/// ledger on the other side of two lines on which everything takes its time.
/// </summary>
internal static class CrossingPulls
{
    public static void Run(PullLedger ledger, Random random)
    {
        Queue<(int Id, int Batch)> asking = [];
        Queue<(int Id, int Left)> answering = [];
        List<(int Id, int Left)> waiting = [];
        for (int turn = 0; turn < 400; turn++)
        {
            switch (random.Next(5))
            {
                case 0 when !ledger.IsFull:
                    int batch = random.Next(1, 5);
                    asking.Enqueue((ledger.Add(batch, turn), batch));
                    break;
                case 1 when asking.TryDequeue(out (int Id, int Batch) pull):
                    waiting.Add((pull.Id, pull.Batch));
                    break;
                case 2 when waiting.Count > 0:
                    (int Id, int Left) first = waiting[0];
                    waiting.RemoveAt(0);
                    answering.Enqueue((-1, 0));
                    if (first.Left > 1)
                    {
                        waiting.Add((first.Id, first.Left - 1));
                    }

                    break;
                case 3 when waiting.Count > 0:
                    int ended = random.Next(waiting.Count);
                    answering.Enqueue(waiting[ended]);
                    waiting.RemoveAt(ended);
                    break;
                case 4 when answering.TryDequeue(out (int Id, int Left) answer):
                    Hear(ledger, answer);
                    break;
                default:
                    break;
            }
        }

        while (answering.TryDequeue(out (int Id, int Left) answer))
        {
            Hear(ledger, answer);
        }

        int open = waiting.Sum(static pull => pull.Left) + asking.Sum(static pull => pull.Batch);
        Assert.InRange(ledger.Outstanding, 0, open);
    }

    private static void Hear(PullLedger ledger, (int Id, int Left) answer)
    {
        if (answer.Id < 0)
        {
            ledger.Received(out _);
        }
        else
        {
            ledger.Ended(answer.Id, answer.Left);
        }
    }
}
