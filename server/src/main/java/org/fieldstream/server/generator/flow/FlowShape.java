package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.lattice.Lattice;

/** The architecture of a flow, for any lattice it fits. */
public sealed interface FlowShape permits SplitShape, OdeShape, AffineShape {
  /** The flow on a lattice. */
  Flow on(Lattice lattice);

  /** One word for the model file: {@code split}, {@code ode} or {@code affine}. */
  String form();

  /** Generator kind. */
  default String generator() {
    return FlowModel.GENERATOR;
  }

  /** Whether flows of this shape have an inverse, see {@link Flow#inverse(double[])}. */
  boolean hasInverse();
}
