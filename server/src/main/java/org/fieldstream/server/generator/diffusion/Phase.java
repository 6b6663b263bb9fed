package org.fieldstream.server.generator.diffusion;

import java.util.Arrays;
import java.util.Locale;

/** How a score treats the two signs of the magnetisation M = (1/V) sum_x phi_x. */
public enum Phase {
  /** The score is odd: what it learned of a field holds for the field with the other sign. */
  SYMMETRIC,

  /**
   * The score is one of folded fields {@code chi = sign(M) phi}, which have one well; a draw is
   * {@code phi = s chi} with s = +1 or -1, each with probability 1/2. As S is even, {@code exp(-S)}
   * of phi is that of chi with a sign of its own, so
   *
   * <pre>q(phi) = q(chi) / 2 where M(chi) > 0,</pre>
   *
   * and a draw of the score with M(chi) &lt;= 0 is no folded field: it has no weight. What is drawn
   * is symmetric to the last bit, whatever was learned.
   */
  BROKEN;

  /**
   * From this ratio of the mean of |M| to its standard deviation on an ensemble counts as broken:
   * of a Gaussian |M| less than one draw in 30,000 lies beyond 0.
   */
  public static final double BROKEN_FROM = 4;

  /** What is added to a filtered field of variance 1 before sines of it are taken, besides 0. */
  private static final double SHIFT = Math.PI / 6;

  /** The phase that an ensemble shows. */
  public static Phase of(Magnetisation magnetisation) {
    return magnetisation.ratio() >= BROKEN_FROM ? BROKEN : SYMMETRIC;
  }

  /**
   * A phase by its name.
   *
   * @throws IllegalArgumentException for another name
   */
  public static Phase parse(String name) {
    return Arrays.stream(values())
        .filter(phase -> phase.text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "phase: " + name + " (expected: symmetric or broken)"));
  }

  /** The name in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Shifts of the filtered fields, in units of their root mean square: 0; and in one well, where
   * nothing is odd, another one: {@code sin(f x)} and {@code sin(f (x + pi/6))} are, combined, all
   * of {@code sin(f x)} and {@code cos(f x)} for f = 1 to 5.
   */
  double[] shifts() {
    return this == SYMMETRIC ? new double[] {0} : new double[] {0, SHIFT};
  }
}
