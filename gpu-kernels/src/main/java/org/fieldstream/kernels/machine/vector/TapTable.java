package org.fieldstream.kernels.machine.vector;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.fieldstream.kernels.program.Op;

/**
 * The table of a convolution: which sites its output has, and what each of them reads. A weight
 * gradient has the same table, and no sites of its own.
 */
final class TapTable {
  private final Op op;
  private final int taps;
  private final int[] sites;

  /** Reads an op whose integer 2 is the number of taps and 5 the number of output sites, 0 all. */
  TapTable(Op op) {
    this.op = op;
    taps = op.integer(2);
    int all = op.in(0).shape().sites();
    int some = op.integer(5);
    int from = (all + 1) * taps;
    sites =
        some == 0
            ? IntStream.range(0, all).toArray()
            : Arrays.copyOfRange(op.table(), from, from + some);
  }

  int taps() {
    return taps;
  }

  /** Channels of the input. */
  int channels() {
    return op.in(0).shape().channels();
  }

  /** Sites of the input. */
  int sites() {
    return op.in(0).shape().sites();
  }

  /** Sites of the output. */
  int positions() {
    return sites.length;
  }

  /** The site of an output position. */
  int site(int position) {
    return sites[position];
  }

  /** The site that a tap reads for an output position. */
  int source(int position, int tap) {
    return op.table()[sites[position] * taps + tap];
  }
}
