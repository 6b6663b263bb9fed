package org.fieldstream.server.generator.flow;

import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * A normalising flow on a lattice: {@code phi = f(z)}, z standard normal, with trainable parameters
 * theta. Its density is
 *
 * <pre>log q(phi) = -z.z/2 - (V/2) log 2 pi + logScale(theta) - sum of the program's Jacobian sums.</pre>
 */
public interface Flow {
  /** The lattice. */
  Lattice lattice();

  /** The trainable tensors, in the order in which theta holds them. */
  List<Tensor> tensors();

  /** Starting values. */
  double[] initial(long seed);

  /**
   * Adds {@code phi = f(z)} to a program.
   *
   * @param z the normals, {@code [1][V]}
   */
  Mapped map(ProgramBuilder b, Value z);

  /**
   * What a map adds to a program.
   *
   * @param phi the field, {@code [1][V]}
   * @param logJacobians compensated sums whose total is log |det dphi/dz| less logScale
   */
  record Mapped(Value phi, List<Value> logJacobians) {}

  /**
   * Program parameters for theta.
   *
   * @param theta trainable values; not modified
   * @param parameters parameters of a program made by {@link #map}; modified
   */
  void fill(double[] theta, float[] parameters);

  /** The part of log q that depends on theta only: minus the log determinants of all spectral steps. */
  double logScale(double[] theta);

  /**
   * Turns gradients by program parameters into gradients by theta, the gradient of {@link #logScale} included: for the loss
   * {@code <S + log q>}.
   *
   * @param parameterGradient gradient of {@code <S - sum of logJacobians>} by program parameters; not modified
   * @param gradient receives the gradient by theta; modified
   */
  void pullback(double[] theta, double[] parameterGradient, double[] gradient);

  /** Moves theta back to where the map is invertible for every field; true if it moved. */
  boolean project(double[] theta);

  /** The sampling program: outputs phi, action, z2 and the Jacobian sums; see {@link FlowProgram}. */
  default Program program(FlowProgram.Target target, boolean gradients) {
    return FlowProgram.build(this, target, gradients);
  }

  /**
   * A named block of theta.
   *
   * @param name name in the model file
   * @param shape extents, slowest first
   * @param offset first position in theta
   */
  record Tensor(String name, List<Integer> shape, int offset) {
    /** Number of values. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }
}
