package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * Carries the score d = dlog q/dphi forward through the updates of a layer. An update of colour c,
 * {@code y_c = x_c + F(x_c) + sum G(x_o)}, with {@code log q' = log q - log(1 + F')}, takes d to
 *
 * <pre>
 * d_c' = (d_c - F''/(1 + F')) / (1 + F')
 * d_o' = d_o - (dG/dx_o)^T d_c'
 * </pre>
 *
 * (Vaitl, Nicoli, Nakajima, Kessel, arXiv 2207.08219, section 3).
 */
final class SplitScore {
  private final ProgramBuilder b;
  private final Value[] score;
  private final Neighbours neighbours;

  /** Sums a row of a source colour over the sites near each site of the target colour. */
  @FunctionalInterface
  interface Neighbours {
    Value sum(Value source, int row, int target, int from);
  }

  SplitScore(ProgramBuilder b, Value[] score, Neighbours neighbours) {
    this.b = b;
    this.score = score;
    this.neighbours = neighbours;
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
   */
  void update(Value x, Value slope, int[] order, int j, int sines, Parameter p) {
    int c = order[j];
    int sites = x.shape().sites();
    Value[] g = new Value[j + 2];
    g[0] = b.fill(0, 1, sites);
    for (int i = 0; i < j; i++) {
      g[1 + i] = neighbours.sum(score[order[i]], 0, c, order[i]);
    }
    g[j + 1] = b.div(b.fill(1, 1, sites), slope);
    Value loss = b.sinesPullback(x, b.concat(g), sines, j + 1, true, p);
    score[c] = b.div(b.sub(score[c], loss), slope);
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
  }
}
