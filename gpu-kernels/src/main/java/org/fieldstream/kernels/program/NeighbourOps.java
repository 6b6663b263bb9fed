package org.fieldstream.kernels.program;

import java.util.Arrays;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;

/** Ops that read several elements of a value: gathers, stencils, convolutions. */
abstract class NeighbourOps extends ElementOps {
  /**
   * {@code out[e] = sum_k a[table[e * taps + k]]} over elements; -1 ends an element's sum early.
   *
   * @param table source elements of a; kept, not copied
   */
  public Value gather(Value a, int channels, int sites, int taps, int[] table) {
    Shape shape = new Shape(channels, sites);
    if (taps < 1) {
      throw new IllegalArgumentException("taps: " + taps + " (expected: >= 1)");
    }
    if (table.length != shape.size() * taps) {
      throw new IllegalArgumentException(
          "table: " + table.length + " entries (expected: " + shape.size() + " x " + taps + ")");
    }
    for (int entry : table) {
      if (entry < -1 || entry >= a.shape().size()) {
        throw new IllegalArgumentException(
            "table: entry " + entry + " (expected: -1 to " + (a.shape().size() - 1) + ")");
      }
    }
    return add(OpCode.GATHER, shape, List.of(a), table, taps);
  }

  /** Sum over a stencil's taps, channel by channel. */
  public Value stencilSum(Value a, Stencil stencil) {
    int sites = onLattice(a, stencil.lattice());
    int k = stencil.taps();
    int[] table = new int[a.shape().size() * k];
    for (int e = 0; e < a.shape().size(); e++) {
      for (int tap = 0; tap < k; tap++) {
        table[e * k + tap] = e / sites * sites + stencil.source(e % sites, tap);
      }
    }
    return gather(a, a.shape().channels(), sites, k, table);
  }

  /** The field shifted: {@code out[x] = a[x + offset]}, periodic. */
  public Value shift(Value a, Lattice lattice, int... offset) {
    return stencilSum(a, Stencil.of(lattice, offset));
  }

  /**
   * {@code out[s] = sum_k a[orbit(k)][s + offset(k)]}: one channel for each orbit of the stencil.
   */
  public Value orbitSum(Value a, Stencil stencil) {
    int sites = onLattice(a, stencil.lattice());
    if (a.shape().channels() != stencil.orbits()) {
      throw new IllegalArgumentException(
          "channels: "
              + a.shape().channels()
              + " (expected: "
              + stencil.orbits()
              + ", one for each orbit)");
    }
    int k = stencil.taps();
    int[] table = new int[sites * k];
    for (int s = 0; s < sites; s++) {
      for (int tap = 0; tap < k; tap++) {
        table[s * k + tap] = stencil.orbit(tap) * sites + stencil.source(s, tap);
      }
    }
    return gather(a, 1, sites, k, table);
  }

  /**
   * A step of a lattice equation with a cubic force, in one pass: {@code v'[e] = v[e] + s (alpha
   * a[e] + beta a[e]^3 + gamma sum_k a[table[e * taps + k]])}, then {@code a' = a + r v'}.
   *
   * @param v velocity
   * @param s scale of the force, length 1
   * @param a field, of the shape of v
   * @param taps at least 1
   * @param table source elements of a, all of them within it; kept, not copied
   * @param r scale of the motion, length 1
   * @return v' and a'
   */
  public List<Value> cubicStep(
      Value v,
      Parameter s,
      Value a,
      double alpha,
      double beta,
      double gamma,
      int taps,
      int[] table,
      Parameter r) {
    same(v, a);
    if (taps < 1 || table.length != a.shape().size() * taps) {
      throw new IllegalArgumentException(
          "table: "
              + table.length
              + " entries (expected: "
              + a.shape().size()
              + " x "
              + taps
              + ")");
    }
    for (int entry : table) {
      if (entry < 0 || entry >= a.shape().size()) {
        throw new IllegalArgumentException(
            "table: entry " + entry + " (expected: 0 to " + (a.shape().size() - 1) + ")");
      }
    }
    List<Value> outs = List.of(value(a.shape()), value(a.shape()));
    int[] integers = {
      s.offset(),
      scalar(alpha).offset(),
      scalar(beta).offset(),
      scalar(gamma).offset(),
      r.offset(),
      taps
    };
    ops.add(new Op(OpCode.CUBIC_STEP, outs, List.of(known(v), known(a)), table, integers));
    return outs;
  }

  /** Channels from (included) to (excluded). */
  public Value channels(Value a, int from, int to) {
    if (from < 0 || to > a.shape().channels() || from >= to) {
      throw new IllegalArgumentException(
          "channels: "
              + from
              + " to "
              + to
              + " (expected: within 0 to "
              + a.shape().channels()
              + ")");
    }
    int sites = a.shape().sites();
    int[] table = new int[(to - from) * sites];
    Arrays.setAll(table, e -> from * sites + e);
    return gather(a, to - from, sites, 1, table);
  }

  /** All values stacked along channels; equal sites. */
  public Value concat(Value... parts) {
    if (parts.length == 0) {
      throw new IllegalArgumentException("parts: none (expected: at least one)");
    }
    int channels = 0;
    for (Value part : parts) {
      if (part.shape().sites() != parts[0].shape().sites()) {
        throw new IllegalArgumentException(
            "sites: " + part.shape().sites() + " (expected: " + parts[0].shape().sites() + ")");
      }
      channels += part.shape().channels();
    }
    return add(
        OpCode.CONCAT, new Shape(channels, parts[0].shape().sites()), List.of(parts), new int[0]);
  }

  /**
   * Stencil convolution with weights shared by orbit.
   *
   * @param weights length CO CI O, {@code [co][ci][orbit]}
   * @param bias length CO
   */
  public Value convolve(Value a, Stencil stencil, int channels, Parameter weights, Parameter bias) {
    return convolve(a, stencil, channels, weights, bias, new int[0]);
  }

  /**
   * As {@link #convolve(Value, Stencil, int, Parameter, Parameter)}, at some sites only: {@code
   * out[c][n]} is what that has at {@code at[n]}.
   *
   * @param at sites in ascending order, each once; none for all
   */
  public Value convolve(
      Value a, Stencil stencil, int channels, Parameter weights, Parameter bias, int[] at) {
    known(weights);
    known(bias);
    int sites = onLattice(a, stencil.lattice());
    for (int n = 0; n < at.length; n++) {
      if (at[n] >= sites || at[n] <= (n == 0 ? -1 : at[n - 1])) {
        throw new IllegalArgumentException(
            "at: site " + at[n] + " (expected: ascending, from 0 to " + (sites - 1) + ")");
      }
    }
    int expected = channels * a.shape().channels() * stencil.orbits();
    if (weights.length() != expected || bias.length() != channels) {
      throw new IllegalArgumentException(
          "weights: "
              + weights.length()
              + " and bias: "
              + bias.length()
              + " (expected: "
              + expected
              + " and "
              + channels
              + ")");
    }
    int k = stencil.taps();
    int[] table = Arrays.copyOf(stencil.table(), (sites + 1) * k + at.length);
    System.arraycopy(at, 0, table, (sites + 1) * k, at.length);
    for (int tap = 0; tap < k; tap++) {
      table[sites * k + tap] = stencil.orbit(tap);
    }
    return add(
        OpCode.CONV,
        new Shape(channels, at.length == 0 ? sites : at.length),
        List.of(a),
        table,
        weights.offset(),
        bias.offset(),
        k,
        stencil.orbits(),
        0,
        at.length);
  }
}
