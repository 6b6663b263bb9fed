package org.fieldstream.server.live;

/** Configurations a second over the last few looks. Used by one thread at a time. */
final class Rate {
  /** Looks remembered: messages come in bursts, a few seconds even them out. */
  private static final int LOOKS = 8;

  private final long[] nanos = new long[LOOKS];
  private final long[] counts = new long[LOOKS];
  private int looks;

  /**
   * The rate up to now.
   *
   * @param now time of this look
   * @param count configurations so far
   * @return NaN at the first look
   */
  synchronized double perSecond(long now, long count) {
    int oldest = Math.max(0, looks - LOOKS + 1) % LOOKS;
    int at = looks % LOOKS;
    nanos[at] = now;
    counts[at] = count;
    looks++;
    long elapsed = now - nanos[oldest];
    return elapsed <= 0 ? Double.NaN : (count - counts[oldest]) * 1e9 / elapsed;
  }

  synchronized void clear() {
    looks = 0;
  }
}
