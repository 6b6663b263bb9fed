package org.fieldstream.server.generator.flow;

/** Slopes of a split flow's diagonal maps, which decide whether it is invertible. */
final class SplitSlopes {
  /** Least slope of the diagonal map that {@link #project} allows. */
  private static final double LEAST = 0.02;

  private final SplitFlow flow;

  SplitSlopes(SplitFlow flow) {
    this.flow = flow;
  }

  /** Whether all are positive for every field. */
  boolean positive(double[] theta) {
    for (int layer = 0; layer < flow.shape().layers(); layer++) {
      for (int c = 0; c < flow.colours(); c++) {
        if (!(fall(theta, layer, c) < 1)) { // also where it is NaN
          return false;
        }
      }
    }
    return true;
  }

  /** Shrinks the weights of maps that are not steep enough; whether there were any. */
  boolean project(double[] theta) {
    boolean moved = false;
    for (int layer = 0; layer < flow.shape().layers(); layer++) {
      for (int c = 0; c < flow.colours(); c++) {
        double fall = fall(theta, layer, c);
        if (fall > 1 - LEAST) {
          double shrink = (1 - LEAST) / fall;
          int w = flow.weight(layer, c, 0);
          for (int i = 0; i <= flow.shape().sines(); i++) {
            theta[w + i] *= shrink;
          }
          SplitFlow.Gates at = flow.gates(layer, c);
          for (int i = 0; at != null && i < flow.shape().gates(); i++) {
            theta[at.weights() + i] *= shrink;
          }
          moved = true;
        }
      }
    }
    return moved;
  }

  /** How far below 0 the derivative of a colour's diagonal map F can fall. */
  double fall(double[] theta, int layer, int colour) {
    int w = flow.weight(layer, colour, 0);
    int om = flow.frequency(layer);
    double fall = -theta[w];
    for (int i = 0; i < flow.shape().sines(); i++) {
      fall += Math.abs(theta[w + 1 + i] * theta[om + i]);
    }
    SplitFlow.Gates at = flow.gates(layer, colour);
    for (int i = 0; at != null && i < flow.shape().gates(); i++) {
      double own = theta[at.waves() + i * (flow.lattice().dimensions() + 1)];
      fall += Math.abs(theta[at.weights() + i] * own);
    }
    return fall;
  }
}
