package org.fieldstream.kernels.machine.vector;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.fieldstream.kernels.program.Op;

/** Which sites the output of a convolution has; that of its weight gradient has none of its own. */
final class OutputSites {
  private final int[] sites;

  OutputSites(Op op) {
    int all = op.in(0).shape().sites();
    int some = op.integer(5);
    int from = (all + 1) * op.integer(2);
    sites =
        some == 0
            ? IntStream.range(0, all).toArray()
            : Arrays.copyOfRange(op.table(), from, from + some);
  }

  int count() {
    return sites.length;
  }

  /** The site of an output position. */
  int site(int position) {
    return sites[position];
  }
}
