package org.fieldstream.server.grpc;

import java.util.BitSet;
import java.util.List;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;

/**
 * Which proposals of a session were judged, each at most once. Remembers the last {@value #WINDOW},
 * so that a client that never judges costs bounded memory. Not thread-safe.
 */
final class Verdicts {
  /** Proposals that can still be judged. */
  static final int WINDOW = 1 << 20;

  private final long first;
  private long sent;

  /** Index that bit 0 of {@link #judged} stands for. */
  private long base;

  private BitSet judged = new BitSet();

  /** None sent yet; the first has index {@code first}. */
  Verdicts(long first) {
    this.first = first;
    sent = first;
    base = first;
  }

  /** Proposals below {@code end} were sent. */
  void sent(long end) {
    sent = end;
    if (end - base > 2L * WINDOW) {
      long forget = end - WINDOW - base;
      judged = judged.get((int) forget, (int) (end - base));
      base += forget;
    }
  }

  /**
   * Takes verdicts on consecutive proposals.
   *
   * @param from index of the first, unsigned
   * @param accepted a verdict for each
   * @return how many were accepted
   * @throws ServiceException naming the field at fault
   */
  int judge(long from, List<Boolean> accepted) {
    int n = accepted.size();
    if (n == 0) {
      throw bad("verdict.accepted", "none", "at least one verdict");
    }
    if (from < first || from > sent - n) {
      throw bad("verdict.first_index", range(from, n), sentSoFar());
    }
    if (from < Math.max(base, sent - WINDOW)) {
      throw bad("verdict.first_index", range(from, n), "one of the last " + WINDOW + " proposals");
    }
    int at = (int) (from - base);
    int before = judged.nextSetBit(at);
    if (before >= 0 && before < at + n) {
      throw bad("verdict.first_index", (base + before) + " again", "each proposal judged once");
    }
    judged.set(at, at + n);
    return (int) accepted.stream().filter(a -> a).count();
  }

  private String sentSoFar() {
    return sent == first ? "none was sent yet" : "some of " + first + " to " + (sent - 1);
  }

  private static String range(long from, int n) {
    String begin = Long.toUnsignedString(from);
    return n == 1 ? begin : begin + " to " + Long.toUnsignedString(from + n - 1);
  }

  private static ServiceException bad(String field, String found, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + found + " (expected: " + expected + ")");
  }
}
