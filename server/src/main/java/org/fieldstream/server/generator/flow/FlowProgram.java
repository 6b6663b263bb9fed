package org.fieldstream.server.generator.flow;

import java.util.Map;
import org.fieldstream.kernels.program.Gradient;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * The program around a flow: normals, map, action and the sums that make log q. Outputs, in order:
 * phi, action, z2, log_jacobian_0.., and with gradients "grad NAME" for each parameter NAME the map
 * depends on.
 *
 * <p>The gradient is the path gradient of {@code <S + log q>}: {@code (dphi/dtheta)^T (dS/dphi +
 * dlog q/dphi)}. The explicit dependence of log q on theta has mean zero and is left out, so the
 * noise vanishes as q approaches exp(-S)/Z (Roeder, Wu, Duvenaud, "Sticking the landing", NIPS
 * 2017; Vaitl, Nicoli, Nakajima, Kessel, arXiv 2207.08219).
 *
 * @param program the program
 * @param parameters how its parameters come from theta
 */
public record FlowProgram(Program program, ParameterMap parameters) {
  /** Output position of the field. */
  public static final int PHI = 0;

  /** Output position of the action, a compensated sum. */
  public static final int ACTION = 1;

  /** Output position of z.z, a compensated sum. */
  public static final int Z2 = 2;

  /** Output position of the first Jacobian sum. */
  public static final int FIRST_JACOBIAN = 3;

  /** Adds the action of a field to a program. */
  @FunctionalInterface
  public interface Target {
    /** The action up to a constant, as a compensated sum. */
    Value action(ProgramBuilder b, Value phi);
  }

  public static FlowProgram build(Flow flow, Target target, boolean gradients) {
    ProgramBuilder b = new ProgramBuilder();
    Value z = b.normal(0, 1, flow.lattice().sites());
    Flow.Mapped mapped = flow.map(b, z, gradients);
    Value action = target.action(b, mapped.phi());
    b.output("phi", mapped.phi());
    b.output("action", action);
    b.output("z2", b.dot(z, z));
    int n = 0;
    for (Value jacobian : mapped.logJacobians()) {
      b.output("log_jacobian_" + n++, jacobian);
    }
    Value score = mapped.score();
    if (score != null) {
      Value force = b.gradient(Map.of(action, 1.0)).by(mapped.phi());
      Gradient path = b.pullback(Map.of(mapped.phi(), b.add(force, score)));
      for (Parameter parameter : b.parameters()) {
        if (path.has(parameter)) {
          b.output("grad " + parameter.name(), path.by(parameter));
        }
      }
    }
    return new FlowProgram(b.build(), mapped.parameters());
  }
}
