package org.fieldstream.server.generator.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;

/**
 * Size of a {@link PlaquetteFlow}.
 *
 * @param layers layers, at least 1
 * @param waves waves sin(k t) in each layer, k = 1 to this, at least 1
 * @param range couplings that the flow is conditioned on
 */
public record PlaquetteShape(int layers, int waves, Range range) implements FlowShape {
  private static final String FORM = "plaquette";
  private static final int MOST_WAVES = 64;

  /**
   * A range of beta.
   *
   * @param degree of the polynomials in log beta that the flow's values are; 0 for values that know
   *     nothing of beta
   * @param least smallest beta; 0 with degree 0
   * @param most largest beta; 0 with degree 0
   */
  public record Range(int degree, double least, double most) {
    /** No range: a flow for one beta. */
    public static final Range NONE = new Range(0, 0, 0);

    public Range {
      if (degree < 0 || degree > 16) {
        throw new IllegalArgumentException("degree: " + degree + " (expected: 0 to 16)");
      }
      boolean none = degree == 0 && least == 0 && most == 0;
      if (!none && !(degree > 0 && least > 0 && most > least && Double.isFinite(most))) {
        throw new IllegalArgumentException(
            "range: beta from "
                + least
                + " to "
                + most
                + " with degree "
                + degree
                + " (expected: a degree >= 1 and 0 < least < most)");
      }
    }

    /** Whether a beta is within it. */
    boolean holds(double beta) {
      return degree > 0 && beta >= least && beta <= most;
    }

    /** log beta on [-1, 1]: -1 at the smallest, 1 at the largest. */
    double position(double beta) {
      double middle = 0.5 * (StrictMath.log(least) + StrictMath.log(most));
      double half = 0.5 * (StrictMath.log(most) - StrictMath.log(least));
      return degree == 0 ? 0 : (StrictMath.log(beta) - middle) / half;
    }

    /** The beta at a position. */
    double beta(double position) {
      double middle = 0.5 * (StrictMath.log(least) + StrictMath.log(most));
      double half = 0.5 * (StrictMath.log(most) - StrictMath.log(least));
      return Math.min(most, Math.max(least, StrictMath.exp(middle + position * half)));
    }
  }

  public PlaquetteShape {
    if (layers < 1) {
      throw new IllegalArgumentException("layers: " + layers + " (expected: >= 1)");
    }
    if (waves < 1 || waves > MOST_WAVES) {
      throw new IllegalArgumentException(
          "waves: " + waves + " (expected: 1 to " + MOST_WAVES + ")");
    }
  }

  @Override
  public Flow on(FlowTheory theory) {
    if (theory instanceof PlaquetteTheory gauge) {
      double beta = gauge.theory().beta();
      if (range.degree() > 0 && !range.holds(beta)) {
        throw new IllegalArgumentException(
            "beta: " + beta + " (expected: " + range.least() + " to " + range.most() + ")");
      }
      return new PlaquetteFlow(gauge.lattice(), beta, this);
    }
    throw new IllegalArgumentException(
        "theory: "
            + theory.theory().name()
            + " (expected: "
            + U1.NAME
            + ", the theory of flows of form "
            + FORM
            + ")");
  }

  @Override
  public boolean hasInverse() {
    return true;
  }

  @Override
  public String form() {
    return FORM;
  }

  @Override
  public boolean spans(String coupling, double value) {
    return coupling.equals(U1.COUPLING) && range.holds(value);
  }

  @Override
  public String spanned() {
    return range.degree() == 0
        ? ""
        : ", which takes any " + U1.COUPLING + " from " + range.least() + " to " + range.most();
  }

  /** Twice as many couplings as the polynomials have values, both ends among them. */
  @Override
  public List<Target> rehearsals(Target own) {
    if (range.degree() == 0) {
      return List.of(own);
    }
    List<Target> all = new ArrayList<>();
    int last = 2 * range.degree();
    for (int i = 0; i <= last; i++) {
      double position = -StrictMath.cos(Math.PI * i / last); // denser at the ends
      all.add(new Target(own.theory(), own.extents(), Map.of(U1.COUPLING, range.beta(position))));
    }
    return all;
  }
}
