package org.fieldstream.server.generator.flow;

/** How a program's parameters come from theta, and gradients go back. */
public interface ParameterMap {
  /**
   * Program parameters for theta.
   *
   * @param theta trainable values; not modified
   * @param parameters the program's parameters; modified
   */
  void fill(double[] theta, float[] parameters);

  /**
   * Before a training step: moves what training should not come to depend on, such as an
   * integrator's grid.
   *
   * @param step number of the step, which decides the move
   */
  default void jitter(long step) {}

  /**
   * Turns gradients by program parameters into gradients by theta (the chain rule of {@link
   * #fill}).
   *
   * @param parameterGradient gradient by program parameters; not modified
   * @param gradient is added to; modified
   */
  void pullback(double[] theta, double[] parameterGradient, double[] gradient);
}
