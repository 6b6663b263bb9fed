package org.fieldstream.server.generator.flow;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fieldstream.kernels.program.Gradient;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * The program around a flow: draws of its base, map, action and the sums that make log q. Outputs,
 * in order: phi, action, what the base has to tell, log_jacobian_0.., and with gradients "grad
 * NAME" for each parameter NAME the map depends on.
 *
 * <p>Where the flow offers its score, the gradient is the path gradient of {@code <S + log q>}:
 * {@code (dphi/dtheta)^T (dS/dphi + dlog q/dphi)}. The explicit dependence of log q on theta has
 * mean zero and is left out, so the noise vanishes as q approaches exp(-S)/Z (Roeder, Wu, Duvenaud,
 * "Sticking the landing", NIPS 2017; Vaitl, Nicoli, Nakajima, Kessel, arXiv 2207.08219). Elsewhere
 * it is the whole gradient of {@code S - log J}.
 *
 * @param program the program
 * @param parameters how its parameters come from theta
 * @param pathGradient whether its gradients are path gradients
 */
public record FlowProgram(Program program, ParameterMap parameters, boolean pathGradient) {
  /** Output position of the field. */
  public static final int PHI = 0;

  /** Output position of the action, a compensated sum. */
  public static final int ACTION = 1;

  /** What the names of Jacobian sums begin with. */
  static final String JACOBIAN = "log_jacobian_";

  /** What the names of fields with noise begin with. */
  static final String LEVEL = "level ";

  /**
   * Elements per lane up to which all that a gradient needs is kept: with 16 lanes a tile an arena
   * of 8 MiB. The shipped shapes stay below it up to 32 x 32; beyond, values are computed again.
   */
  static final int ARENA = 1 << 17;

  /** Adds the action of a field to a program. */
  @FunctionalInterface
  public interface Target {
    /** The action up to a constant, as a compensated sum. */
    Value action(ProgramBuilder b, Value phi);
  }

  /** The program of a flow, in bounded memory where gradients are wanted: {@link #ARENA}. */
  public static FlowProgram build(Flow flow, Target target, boolean gradients) {
    return build(flow, target, gradients, ARENA);
  }

  /**
   * The program of a flow.
   *
   * @param arena elements per lane; a gradient that needs more computes values of the map again
   *     instead of keeping them, see {@link ProgramBuilder#build(int)}
   */
  static FlowProgram build(Flow flow, Target target, boolean gradients, int arena) {
    ProgramBuilder b = new ProgramBuilder();
    Value z = flow.base().add(b);
    Flow.Mapped mapped = flow.map(b, z, gradients);
    Value action = outputs(b, flow, z, mapped, target);
    if (gradients) {
      Gradient gradient = gradient(b, mapped, action);
      for (Parameter parameter : b.parameters()) {
        if (gradient.has(parameter)) {
          b.output("grad " + parameter.name(), gradient.by(parameter));
        }
      }
    }
    return new FlowProgram(b.build(arena), mapped.parameters(), mapped.score() != null);
  }

  /** The program of a flow with further outputs "level 0".., see {@link DenoisingFlow#watch}. */
  static FlowProgram watching(DenoisingFlow flow, Target target) {
    ProgramBuilder b = new ProgramBuilder();
    Value z = flow.base().add(b);
    DenoisingFlow.Watched watched = flow.watch(b, z);
    outputs(b, flow, z, watched.mapped(), target);
    int n = 0;
    for (Value level : watched.levels()) {
      b.output(LEVEL + n++, level);
    }
    return new FlowProgram(b.build(ARENA), watched.mapped().parameters(), false);
  }

  /** What every program of a flow tells; the action. */
  private static Value outputs(
      ProgramBuilder b, Flow flow, Value z, Flow.Mapped mapped, Target target) {
    Value action = target.action(b, mapped.phi());
    b.output("phi", mapped.phi());
    b.output("action", action);
    flow.base().tell(b, z);
    int n = 0;
    for (Value jacobian : mapped.logJacobians()) {
      b.output(JACOBIAN + n++, jacobian);
    }
    return action;
  }

  private static Gradient gradient(ProgramBuilder b, Flow.Mapped mapped, Value action) {
    Value score = mapped.score();
    if (score != null) {
      Value force = b.gradient(Map.of(action, 1.0)).by(mapped.phi());
      return b.pullback(Map.of(mapped.phi(), b.add(force, score)));
    }
    Map<Value, Double> loss = new LinkedHashMap<>();
    loss.put(action, 1.0);
    mapped.logJacobians().forEach(sum -> loss.put(sum, -1.0));
    return b.gradient(loss);
  }
}
