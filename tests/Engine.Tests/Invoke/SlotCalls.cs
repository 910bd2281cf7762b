using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Invoke;

namespace Paddlewheel.Engine.Tests.Invoke;

internal static class SlotCalls
{
    /// <summary>One call, as the slot's loop makes it.</summary>
    public static async Task InvokeAsync(this Slot slot, Delivery delivery)
    {
        if (!slot.TryBegin(delivery))
        {
            return;
        }

        try
        {
            using HttpResponseMessage response = await slot.SendAsync();
            await slot.TakeAsync(response);
        }
        catch (Exception exception)
        {
            slot.Fail(exception);
        }

        slot.End();
    }
}
