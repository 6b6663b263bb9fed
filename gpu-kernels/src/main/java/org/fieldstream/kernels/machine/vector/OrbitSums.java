package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import org.fieldstream.kernels.program.Op;

/**
 * The window of a stencil whose taps share weights by orbit: the taps of an orbit are summed first,
 * into scratch, so that an orbit costs one multiplication for each output channel.
 */
final class OrbitSums implements Window {
  private final int a;
  private final int free;
  private final int channels;
  private final int sites;
  private final int orbits;
  private final OrbitTaps taps;
  private final int[] offsets;

  OrbitSums(Op op, int a, int free) {
    this.a = a;
    this.free = free;
    channels = op.in(0).shape().channels();
    sites = op.in(0).shape().sites();
    orbits = op.integer(3);
    taps = new OrbitTaps(op);
    int terms = terms(op);
    offsets = new int[GROUP * terms];
    for (int position = 0; position < GROUP; position++) {
      for (int j = 0; j < terms; j++) {
        offsets[position * terms + j] = (position * terms + j - position) * W;
      }
    }
  }

  /** Whether to sum before multiplying: each sum must serve more than one output channel. */
  static boolean pays(Op op) {
    return op.integer(3) < op.integer(2) && op.out().shape().channels() > 1;
  }

  static int terms(Op op) {
    return Math.multiplyExact(op.in(0).shape().channels(), op.integer(3));
  }

  @Override
  public int terms() {
    return channels * orbits;
  }

  @Override
  public int[] offsets() {
    return offsets;
  }

  @Override
  public int at(int first) {
    return free;
  }

  @Override
  public int row(int first, int i) {
    return i * channels * orbits;
  }

  @Override
  public void fill(float[] m, int firstSite, int count) {
    for (int s = 0; s < count; s++) {
      int to = free + s * channels * orbits * W;
      for (int o = 0; o < orbits; o++) {
        int step = orbits * W;
        taps.overChannels(m, to + o * W, step, a, sites * W, channels, firstSite + s, o);
      }
    }
  }
}
