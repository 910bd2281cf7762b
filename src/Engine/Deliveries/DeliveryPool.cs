namespace Paddlewheel.Engine.Deliveries;

/// <summary>
/// All deliveries of this worker, made at start. What is free here is the credit for the next pull: nothing is asked for
/// that has no place to stand.
/// </summary>
internal sealed class DeliveryPool
{
    private readonly Lock _gate = new();
    private readonly Delivery[] _all;
    private readonly Delivery[] _free;
    private int _freeCount;

    public DeliveryPool(int size)
    {
        _all = new Delivery[size];
        _free = new Delivery[size];
        for (int i = 0; i < size; i++)
        {
            _all[i] = new Delivery();
            _free[size - 1 - i] = _all[i];
        }

        _freeCount = size;
    }

    /// <summary>Every delivery, in use or not: what the lease keeper walks over.</summary>
    public ReadOnlySpan<Delivery> All => _all;

    public int Size => _all.Length;

    public int Free => Volatile.Read(ref _freeCount);

    public int InUse => Size - Free;

    public bool TryRent(out Delivery delivery)
    {
        lock (_gate)
        {
            if (_freeCount == 0)
            {
                delivery = null!;
                return false;
            }

            delivery = _free[--_freeCount];
        }

        delivery.GoOut();
        return true;
    }

    /// <summary>Takes a delivery home. Its owner must have let go of it.</summary>
    public void Return(Delivery delivery)
    {
        if (!delivery.TryComeHome())
        {
            throw new InvalidOperationException("a delivery came home twice");
        }

        delivery.Reset();
        lock (_gate)
        {
            _free[_freeCount++] = delivery;
        }
    }
}
