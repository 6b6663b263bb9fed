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
   * Turns gradients by program parameters into gradients by theta (the chain rule of {@link
   * #fill}).
   *
   * @param parameterGradient gradient by program parameters; not modified
   * @param gradient is added to; modified
   */
  void pullback(double[] theta, double[] parameterGradient, double[] gradient);
}
