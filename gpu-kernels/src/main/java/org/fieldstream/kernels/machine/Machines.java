package org.fieldstream.kernels.machine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens machines by name. */
public final class Machines {
  private static final Logger LOG = LoggerFactory.getLogger(Machines.class);
  private static final Pattern OPENCL = Pattern.compile("opencl(?::(\\d{1,4}))?");

  private static final String AUTO = "auto";

  /** How far a machine may be from the reference in the self-test. */
  private static final double SELF_TEST_BOUND = 1e-4;

  private Machines() {}

  /**
   * Opens a machine and has it prove itself on a small program. Under {@code auto} a program that
   * the machine cannot load, or not run, goes to the next one, with a warning in the log.
   *
   * @param spec {@code auto}: the first OpenCL GPU, else CPU SIMD; {@code vector}: CPU SIMD; {@code
   *     opencl} or {@code opencl:N}: an OpenCL device, GPUs counted first; {@code jtp}: Aparapi's
   *     Java thread pool
   * @throws IllegalArgumentException if the name is none of these
   * @throws MachineException if the machine cannot be had; under {@code auto} only if none can
   */
  public static Machine open(String spec) {
    MachineLineup lineup = lineup(spec);
    return spec.equals(AUTO) ? new FallbackMachine(lineup) : lineup.first();
  }

  /**
   * The machines that a name stands for: those of {@code auto} in order, or the one that is named.
   *
   * @param spec as for {@link #open}
   * @throws IllegalArgumentException if the name is none of these
   * @throws MachineException if the machine cannot be had; under {@code auto} only if none can
   */
  public static MachineLineup lineup(String spec) {
    Matcher openCl = OPENCL.matcher(spec);
    if (openCl.matches()) {
      int n = openCl.group(1) == null ? 0 : Integer.parseInt(openCl.group(1));
      return MachineLineup.only(tested(AparapiMachine.openCl(n)));
    }
    return switch (spec) {
      case AUTO -> MachineLineup.of(automatic());
      case "vector" -> MachineLineup.only(tested(vector()));
      case "jtp" -> MachineLineup.only(tested(AparapiMachine.threadPool()));
      default ->
          throw new IllegalArgumentException(
              "machine: " + spec + " (expected: auto, vector, opencl, opencl:N or jtp)");
    };
  }

  /** What {@code auto} tries, in order. */
  private static Map<String, Supplier<Machine>> automatic() {
    Map<String, Supplier<Machine>> candidates = new LinkedHashMap<>();
    for (int n : gpus()) {
      candidates.put("opencl:" + n, () -> AparapiMachine.openCl(n));
    }
    candidates.put("vector", Machines::vector);
    candidates.put("jtp", AparapiMachine::threadPool);
    return candidates;
  }

  private static List<Integer> gpus() {
    try {
      return AparapiMachine.gpus();
    } catch (MachineException e) {
      LOG.warn("machine opencl is not to be had: {}", e.getMessage());
      return List.of();
    }
  }

  private static Machine vector() {
    try {
      Machine machine = new VectorMachine(Runtime.getRuntime().availableProcessors());
      LOG.debug("machine vector: {}", machine.describe()); // links the Vector API, or fails here
      return machine;
    } catch (LinkageError e) {
      throw new MachineException(
          "vector: " + e + " (expected: the JVM to run with --add-modules jdk.incubator.vector)",
          e);
    }
  }

  /** Runs a few ops on the machine and compares them with the reference. */
  static Machine tested(Machine machine) {
    try {
      ProgramBuilder b = new ProgramBuilder();
      Value x = b.normal(0, 1, 64);
      b.output("x", x);
      b.output("f", b.exp(b.sin(b.affine(3, x, 0.5))));
      b.output("sum", b.dot(x, x));
      Program program = b.build();
      float[][] expected = outputs(new ReferenceMachine(), program);
      float[][] found = outputs(machine, program);
      for (int o = 0; o < expected.length; o++) {
        for (int e = 0; e < expected[o].length; e++) {
          double off = Math.abs(found[o][e] - expected[o][e]);
          if (!(off <= SELF_TEST_BOUND * (1 + Math.abs(expected[o][e])))) {
            throw new MachineException(
                machine.describe()
                    + ": wrong result in the self-test, "
                    + found[o][e]
                    + " (expected: "
                    + expected[o][e]
                    + "); its driver cannot be trusted, take another machine");
          }
        }
      }
      return machine;
    } catch (RuntimeException e) {
      machine.close();
      throw e;
    }
  }

  private static float[][] outputs(Machine machine, Program program) {
    try (Executable executable = machine.load(program)) {
      Lanes lanes = new Lanes(program, 3);
      for (int lane = 0; lane < lanes.count(); lane++) {
        lanes.seeds()[lane] = 20240607L + lane;
      }
      executable.run(lanes);
      float[][] outputs = new float[program.outputs().size()][];
      for (int o = 0; o < outputs.length; o++) {
        outputs[o] = lanes.output(o);
      }
      return outputs;
    }
  }
}
