package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;
import org.fieldstream.kernels.program.Op;

/** Sums over the taps of one orbit of a stencil. */
final class OrbitTaps {
  private final int taps;
  private final TapTable out;

  /** Source of each site and tap in floats, taps in the order of their orbits. */
  private final int[] sources;

  /** First tap of each orbit, then the number of taps. */
  private final int[] first;

  /**
   * Reads the table of a convolution or of its gradient.
   *
   * @param op whose integer 2 is the number of taps, 3 that of orbits
   */
  OrbitTaps(Op op) {
    taps = op.integer(2);
    int orbits = op.integer(3);
    int sites = op.in(0).shape().sites();
    int[] table = op.table();
    out = new TapTable(op);
    sources = new int[sites * taps];
    first = new int[orbits + 1];
    int next = 0;
    for (int o = 0; o < orbits; o++) {
      for (int k = 0; k < taps; k++) {
        if (table[sites * taps + k] == o) {
          for (int s = 0; s < sites; s++) {
            sources[s * taps + next] = table[s * taps + k] * W;
          }
          next++;
        }
      }
      first[o + 1] = next;
    }
  }

  /**
   * Sums at one site for all channels.
   *
   * @param to where the first channel's sum goes, the next one's {@code toStep} floats further
   * @param from where the first input channel starts, the next one {@code fromStep} further
   */
  void overChannels(
      float[] m, int to, int toStep, int from, int fromStep, int channels, int site, int orbit) {
    int row = out.site(site) * taps;
    int t = row + first[orbit];
    int end = row + first[orbit + 1];
    boolean more = false;
    for (; t + 3 < end; t += 4) {
      int a = from + sources[t];
      int b = from + sources[t + 1];
      int c = from + sources[t + 2];
      int d = from + sources[t + 3];
      for (int i = 0; i < channels; i++) {
        int at = i * fromStep;
        FloatVector x =
            load(m, a + at).add(load(m, b + at)).add(load(m, c + at).add(load(m, d + at)));
        (more ? load(m, to + i * toStep).add(x) : x).intoArray(m, to + i * toStep);
      }
      more = true;
    }
    for (; t < end; t++) {
      int a = from + sources[t];
      for (int i = 0; i < channels; i++) {
        FloatVector x = load(m, a + i * fromStep);
        (more ? load(m, to + i * toStep).add(x) : x).intoArray(m, to + i * toStep);
      }
      more = true;
    }
  }

  /**
   * Sums of one channel over neighbouring sites.
   *
   * @param to where the first site's sum goes, the next one's a vector further
   * @param from where the input channel starts
   */
  void overSites(float[] m, int to, int from, int site, int count, int orbit) {
    int t = site * taps + first[orbit];
    int left = first[orbit + 1] - first[orbit];
    boolean more = false;
    for (; left > 3; left -= 4) {
      for (int i = 0; i < count; i++) {
        int k = t + i * taps;
        FloatVector x =
            load(m, from + sources[k])
                .add(load(m, from + sources[k + 1]))
                .add(load(m, from + sources[k + 2]).add(load(m, from + sources[k + 3])));
        (more ? load(m, to + i * W).add(x) : x).intoArray(m, to + i * W);
      }
      more = true;
      t += 4;
    }
    for (; left > 0; left--) {
      for (int i = 0; i < count; i++) {
        FloatVector x = load(m, from + sources[t + i * taps]);
        (more ? load(m, to + i * W).add(x) : x).intoArray(m, to + i * W);
      }
      more = true;
      t++;
    }
  }
}
