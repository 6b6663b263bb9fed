package org.fieldstream.server.generator.flow;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fieldstream.kernels.program.Gradient;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * The program around a flow: normals, map, action and the sums that make log q. Outputs, in order: phi,
 * action, z2, log_jacobian_0.., and with gradients the gradient of {@code S - log J} by each parameter, in
 * parameter order.
 */
public final class FlowProgram {
  /** Output position of the field. */
  public static final int PHI = 0;

  /** Output position of the action, a compensated sum. */
  public static final int ACTION = 1;

  /** Output position of z.z, a compensated sum. */
  public static final int Z2 = 2;

  /** Output position of the first Jacobian sum. */
  public static final int FIRST_JACOBIAN = 3;

  private FlowProgram() {}

  /** Adds the action of a field to a program. */
  @FunctionalInterface
  public interface Target {
    /** The action up to a constant, as a compensated sum. */
    Value action(ProgramBuilder b, Value phi);
  }

  static Program build(Flow flow, Target target, boolean gradients) {
    ProgramBuilder b = new ProgramBuilder();
    Value z = b.normal(0, 1, flow.lattice().sites());
    Flow.Mapped mapped = flow.map(b, z);
    Value action = target.action(b, mapped.phi());
    b.output("phi", mapped.phi());
    b.output("action", action);
    b.output("z2", b.dot(z, z));
    int n = 0;
    Map<Value, Double> loss = new LinkedHashMap<>();
    loss.put(action, 1.0);
    for (Value jacobian : mapped.logJacobians()) {
      b.output("log_jacobian_" + n++, jacobian);
      loss.put(jacobian, -1.0);
    }
    if (gradients) {
      Gradient gradient = b.gradient(loss);
      for (Parameter parameter : b.parameters()) {
        b.output("grad " + parameter.name(), gradient.by(parameter));
      }
    }
    return b.build();
  }
}
