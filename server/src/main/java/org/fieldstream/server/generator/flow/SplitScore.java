package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.jspecify.annotations.Nullable;

/**
 * Carries the score d = dlog q/dphi forward through the updates of a layer. An update of colour c,
 * {@code y_c = x_c + F(x_c, s) + sum E(x_o)}, s sums of the other colours, with {@code log q' = log
 * q - log(1 + F')} and {@code F' = dF/dx_c}, takes d to
 *
 * <pre>
 * d_c' = (d_c - F''/(1 + F')) / (1 + F')
 * d_o' = d_o - (dE/dx_o)^T d_c' - (ds/dx_o)^T (dF/ds d_c' + dF'/ds / (1 + F'))
 * </pre>
 *
 * (Vaitl, Nicoli, Nakajima, Kessel, arXiv 2207.08219, section 3).
 */
final class SplitScore {
  private final ProgramBuilder b;
  private final Value[] score;
  private final Neighbours neighbours;

  /** What gates took from the scores of colours already updated in this layer. */
  private final @Nullable Value[] late;

  /** Sums a row of a source colour over the sites near each site of the target colour. */
  @FunctionalInterface
  interface Neighbours {
    Value sum(Value source, int row, int target, int from);
  }

  SplitScore(ProgramBuilder b, Value[] score, Neighbours neighbours) {
    this.b = b;
    this.score = score;
    this.neighbours = neighbours;
    this.late = new Value[score.length];
  }

  Value[] byColour() {
    return score;
  }

  /**
   * The update at position j of the order.
   *
   * @param x the colour's field before the update
   * @param slope 1 + F'(x)
   * @param p the parameter of the colour's rows before its update: diagonal, then those that fed
   *     positions below j
   * @param gate the colour's gates, null for none
   */
  void update(
      Value x, Value slope, int[] order, int j, int sines, Parameter p, @Nullable SplitGate gate) {
    int c = order[j];
    int sites = x.shape().sites();
    Value[] g = new Value[j + 2];
    g[0] = b.fill(0, 1, sites);
    for (int i = 0; i < j; i++) {
      g[1 + i] = neighbours.sum(score[order[i]], 0, c, order[i]);
    }
    Value overSlope = b.div(b.fill(1, 1, sites), slope);
    g[j + 1] = overSlope;
    Value loss = b.sinesPullback(x, b.concat(g), sines, j + 1, true, p);
    if (gate != null) {
      Value curved = gate.pullback(b.fill(0, 1, sites), overSlope);
      loss = b.add(loss, b.channels(curved, 0, 1));
    }
    score[c] = b.div(b.sub(score[c], loss), slope);
    if (gate != null) {
      spread(gate.pullback(score[c], overSlope), order, j);
    }
  }

  /** Takes off other colours' scores what flows back through the sums that a gate read. */
  private void spread(Value byArgument, int[] order, int j) {
    int c = order[j];
    for (int i = 0; i < order.length; i++) {
      int other = order[i];
      if (i != j) {
        Value back = neighbours.sum(byArgument, Integer.bitCount(other ^ c), other, c);
        if (i > j) {
          score[other] = b.sub(score[other], back);
        } else { // its score right after its own update is still needed
          Value sofar = late[other];
          late[other] = sofar == null ? back : b.add(sofar, back);
        }
      }
    }
  }

  /** After the last update: what each colour's new field fed to the later ones. */
  void finish(Value[] x, int[] order, int sines, Parameter[] after) {
    Value[] updated = score.clone();
    for (int j = 0; j + 1 < order.length; j++) {
      int c = order[j];
      Value[] g = new Value[order.length - j - 1];
      for (int i = 0; i < g.length; i++) {
        int target = order[j + 1 + i];
        // The score of the target right after its update, before what it fed itself is taken off.
        g[i] = neighbours.sum(updated[target], 0, c, target);
      }
      Value loss = b.sinesPullback(x[c], b.concat(g), sines, g.length, false, after[j]);
      score[c] = b.sub(score[c], loss);
    }
    for (int c = 0; c < late.length; c++) {
      Value back = late[c];
      if (back != null) {
        score[c] = b.sub(score[c], back);
        late[c] = null;
      }
    }
  }
}
