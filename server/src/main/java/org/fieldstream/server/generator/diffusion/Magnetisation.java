package org.fieldstream.server.generator.diffusion;

import java.util.Locale;

/**
 * The magnetisation of an ensemble, M = (1/V) sum_x phi_x, without its sign.
 *
 * @param mean of |M|
 * @param spread its standard deviation over configurations
 */
public record Magnetisation(double mean, double spread) {
  /**
   * Of some fields.
   *
   * @param fields {@code [count][V]}; not modified
   * @param count at least 1
   */
  public static Magnetisation of(float[] fields, int count) {
    int v = fields.length / count;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double m = of(fields, i * v, v);
      sum += Math.abs(m);
      squares += m * m;
    }
    double mean = sum / count;
    return new Magnetisation(mean, Math.sqrt(Math.max(0, squares / count - mean * mean)));
  }

  /** M of one field, of v sites from an offset on. */
  static double of(float[] fields, int offset, int v) {
    double sum = 0;
    for (int x = offset; x < offset + v; x++) {
      sum += fields[x];
    }
    return sum / v;
  }

  /** Mean over standard deviation; 1.32 where M is Gaussian around 0. */
  public double ratio() {
    return mean / spread;
  }

  /**
   * All fields with the sign that makes M positive.
   *
   * @param fields {@code [count][V]}; not modified
   * @return a copy
   */
  public static float[] folded(float[] fields, int count) {
    int v = fields.length / count;
    float[] folded = fields.clone();
    for (int i = 0; i < count; i++) {
      if (of(fields, i * v, v) < 0) {
        for (int x = i * v; x < (i + 1) * v; x++) {
          folded[x] = -folded[x];
        }
      }
    }
    return folded;
  }

  /** For a person. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "|M| = %.4g, standard deviation %.3g", mean, spread);
  }
}
