package org.fieldstream.kernels.program;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values that hold a gradient, lane by lane. */
public final class Gradient {
  private final Map<Value, Value> byValue;
  private final Map<Parameter, Value> byParameter;

  Gradient(Map<Value, Value> byValue, Map<Parameter, Value> byParameter) {
    this.byValue = byValue;
    this.byParameter = byParameter;
  }

  /**
   * The gradient by a value, of its shape.
   *
   * @throws IllegalArgumentException if the sums do not depend on the value
   */
  public Value by(Value value) {
    return found(byValue.get(value), value);
  }

  /**
   * The gradient by a parameter, {@code [length][1]}.
   *
   * @throws IllegalArgumentException if the sums do not depend on the parameter
   */
  public Value by(Parameter parameter) {
    return found(byParameter.get(parameter), parameter);
  }

  /** Whether the sums depend on the parameter. */
  public boolean has(Parameter parameter) {
    return byParameter.containsKey(parameter);
  }

  private static Value found(@Nullable Value gradient, Object of) {
    if (gradient == null) {
      throw new IllegalArgumentException("gradient: the sums do not depend on " + of);
    }
    return gradient;
  }
}
