package org.fieldstream.server.generator.flow;

import java.util.List;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/** The architecture of a flow, for any lattice it fits. */
public interface FlowShape {
  /**
   * The flow for a theory.
   *
   * @throws IllegalArgumentException for a theory, lattice or coupling that it cannot have
   */
  Flow on(FlowTheory theory);

  /** The same flow where it can show its field on the way out of noise; null for all others. */
  default @Nullable DenoisingFlow denoising(FlowTheory theory) {
    return null;
  }

  /**
   * One word for the model file: {@code split}, {@code ode}, {@code affine}, {@code plaquette},
   * {@code score}.
   */
  String form();

  /** Generator kind. */
  default String generator() {
    return FlowModel.GENERATOR;
  }

  /** Whether a flow of this shape is one for a range of a coupling, and that range has a value. */
  default boolean spans(String coupling, double value) {
    return false;
  }

  /** What it spans, as the end of a sentence; empty for nothing. */
  default String spanned() {
    return "";
  }

  /** The targets that a training goes through: a model's own, or some of what it spans. */
  default List<Target> rehearsals(Target own) {
    return List.of(own);
  }

  /** Whether flows of this shape have an inverse, see {@link Flow#inverse(double[])}. */
  boolean hasInverse();
}
