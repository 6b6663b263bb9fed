package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import org.fieldstream.kernels.lattice.Colouring;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.jspecify.annotations.Nullable;

/**
 * A block of colour-by-colour layers. The field is split into one value per colour, so an update
 * writes only its own colour; the sines of a site are computed once before and once after its
 * update, contracted with every row that needs them.
 */
final class SplitBlock {
  private final ProgramBuilder b;
  private final Colouring colouring;
  private final int sines;
  private final Rows rows;
  private final Gates gates;
  private final int colours;
  private final int sites;

  /** Makes the parameter of a sine series; see {@link SplitFlow}. */
  @FunctionalInterface
  interface Rows {
    Parameter parameter(String name, int layer, int[] targets, int[] distances);
  }

  /** Makes the parameter of the gates of a colour in a layer; null where there are none. */
  @FunctionalInterface
  interface Gates {
    @Nullable Parameter parameter(int layer, int colour);
  }

  /**
   * What a block leaves.
   *
   * @param phi the field, {@code [1][V]}
   * @param jacobian the product over layers of {@code 1 + F' + G'}, {@code [colours][V / colours]}
   * @param score d log q / d phi, {@code [1][V]}; null where none entered
   */
  record Result(Value phi, Value jacobian, @Nullable Value score) {}

  SplitBlock(ProgramBuilder b, Colouring colouring, int sines, Rows rows, Gates gates) {
    this.b = b;
    this.colouring = colouring;
    this.sines = sines;
    this.rows = rows;
    this.gates = gates;
    this.colours = colouring.colours();
    this.sites = colouring.sitesPerColour();
  }

  Result run(Value phi, @Nullable Value score, int firstLayer, int layers) {
    Value[] x = split(phi);
    SplitScore scores = score == null ? null : new SplitScore(b, split(score), this::neighbours);
    @Nullable Value[] jacobian = new Value[colours];
    for (int layer = firstLayer; layer < firstLayer + layers; layer++) {
      layer(x, jacobian, scores, layer);
      b.checkpoint();
    }
    Value[] all = new Value[colours];
    for (int c = 0; c < colours; c++) {
      Value j = jacobian[c];
      if (j == null) {
        throw new IllegalStateException("layers: " + layers);
      }
      all[c] = j;
    }
    return new Result(merged(x), b.concat(all), scores == null ? null : merged(scores.byColour()));
  }

  private Value[] split(Value field) {
    Value[] parts = new Value[colours];
    for (int c = 0; c < colours; c++) {
      int colour = c;
      int[] table = new int[sites];
      Arrays.setAll(table, n -> colouring.site(colour, n));
      parts[c] = b.gather(field, 1, sites, 1, table);
    }
    return parts;
  }

  private Value merged(Value[] parts) {
    int[] merge = new int[colouring.lattice().sites()];
    Arrays.setAll(merge, s -> colouring.colour(s) * sites + colouring.rank(s));
    return b.gather(b.concat(parts), 1, merge.length, 1, merge);
  }

  private void layer(
      Value[] x, @Nullable Value[] jacobian, @Nullable SplitScore scores, int layer) {
    int[] order = order(layer, colours);
    Value[] before = new Value[colours];
    Value[] after = new Value[colours];
    Parameter[] pBefore = new Parameter[colours];
    Parameter[] pAfter = new Parameter[colours];
    for (int j = 0; j < colours; j++) {
      // Row 0 is the diagonal, row 1 + i feeds the update at position i < j.
      int[] targets = new int[j + 1];
      int[] distances = new int[j + 1];
      targets[0] = order[j];
      for (int i = 0; i < j; i++) {
        targets[1 + i] = order[i];
        distances[1 + i] = Integer.bitCount(order[i] ^ order[j]);
      }
      Parameter p =
          rows.parameter("layer " + layer + " before " + order[j], layer, targets, distances);
      before[j] = b.sines(x[order[j]], sines, j + 1, true, p);
      pBefore[j] = p;
    }
    for (int j = 0; j < colours; j++) {
      int c = order[j];
      // The moves are small beside the field: summed first, they are rounded least.
      Value move = b.channels(before[j], 0, 1);
      for (int i = 0; i < colours; i++) {
        if (i != j) {
          Value source = i < j ? after[i] : before[i];
          move = b.add(move, neighbours(source, i < j ? j - i - 1 : 1 + j, c, order[i]));
        }
      }
      Value slope = b.affine(1, b.channels(before[j], j + 1, j + 2), 1);
      SplitGate gate = gate(x, c, gates.parameter(layer, c));
      if (gate != null) {
        move = b.add(move, gate.value());
        slope = b.add(slope, gate.slope());
      }
      Value next = b.add(x[c], move);
      if (scores != null) {
        scores.update(x[c], slope, order, j, sines, pBefore[j], gate);
      }
      x[c] = next;
      Value sofar = jacobian[c];
      jacobian[c] = sofar == null ? slope : b.mul(sofar, slope);
      if (j + 1 < colours) {
        int[] targets = Arrays.copyOfRange(order, j + 1, colours);
        int[] distances = Arrays.stream(targets).map(t -> Integer.bitCount(t ^ c)).toArray();
        Parameter p = rows.parameter("layer " + layer + " after " + c, layer, targets, distances);
        after[j] = b.sines(next, sines, targets.length, false, p);
        pAfter[j] = p;
      }
    }
    if (scores != null) {
      scores.finish(x, order, sines, pAfter);
    }
  }

  /** The gates of a colour: its own field and the sums over near sites, by distance. */
  private @Nullable SplitGate gate(Value[] x, int c, @Nullable Parameter p) {
    if (p == null) {
      return null;
    }
    Lattice lattice = colouring.lattice();
    int d = lattice.dimensions();
    Value[] channels = new Value[d + 1];
    channels[0] = x[c];
    for (int other = 0; other < colours; other++) {
      if (other != c) {
        int distance = Integer.bitCount(other ^ c);
        Value sum = neighbours(x[other], 0, c, other);
        channels[distance] = channels[distance] == null ? sum : b.add(channels[distance], sum);
      }
    }
    return new SplitGate(b, b.concat(channels), p);
  }

  /** Sums a row of the source colour over the sites near each site of the target colour. */
  private Value neighbours(Value source, int row, int target, int from) {
    int[] near = near(colouring, target, from);
    int[] table = new int[near.length];
    Arrays.setAll(table, k -> row * sites + colouring.rank(near[k]));
    return b.gather(source, 1, sites, near.length / sites, table);
  }

  /**
   * The sites of a colour near each site of another one: as many for each, those of the target's
   * n-th site together.
   */
  static int[] near(Colouring colouring, int target, int from) {
    Lattice lattice = colouring.lattice();
    int d = lattice.dimensions();
    int sites = colouring.sitesPerColour();
    int differ = target ^ from;
    int taps = 1 << Integer.bitCount(differ);
    int[] near = new int[sites * taps];
    int[] offset = new int[d];
    for (int n = 0; n < sites; n++) {
      for (int tap = 0; tap < taps; tap++) {
        int bit = 0;
        for (int axis = 0; axis < d; axis++) {
          boolean moves = (differ >> (d - 1 - axis) & 1) == 1;
          offset[axis] = !moves ? 0 : (tap >> bit++ & 1) == 1 ? 1 : -1;
        }
        near[n * taps + tap] = lattice.shifted(colouring.site(target, n), offset);
      }
    }
    return near;
  }

  /** The order in which a layer updates the colours: both directions in turn, none preferred. */
  static int[] order(int layer, int colours) {
    int[] order = new int[colours];
    Arrays.setAll(order, i -> layer % 2 == 0 ? i : colours - 1 - i);
    return order;
  }
}
