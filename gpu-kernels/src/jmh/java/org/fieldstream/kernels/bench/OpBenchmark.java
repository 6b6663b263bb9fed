package org.fieldstream.kernels.bench;

import java.util.Map;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Gradient;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One op over 64 lanes of a field of 32 x 32, ended by a sum so that little leaves the machine. */
@State(Scope.Benchmark)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
public class OpBenchmark {
  private static final Lattice LATTICE = Lattice.of(32, 32);
  private static final int SITES = LATTICE.sites();

  /** What is measured. */
  @Param({
    "normals",
    "sin",
    "exp",
    "log",
    "tanh",
    "sines",
    "sines-back",
    "hartley",
    "cubic-step",
    "orbit-sums",
    "convolution-back"
  })
  public String op = "";

  /** Threads of the machine. */
  @Param({"1", "2"})
  public int threads;

  private Work work;

  /** Loads the program. */
  @Setup
  public void load() {
    ProgramBuilder b = new ProgramBuilder();
    b.output("sum", b.total(value(b)));
    work = new Work(b.build(), SITES, 64, threads);
  }

  private Value value(ProgramBuilder b) {
    return switch (op) {
      case "normals" -> b.normal(0, 1, SITES);
      case "sin" -> b.sin(field(b, 1));
      case "exp" -> b.exp(field(b, 1));
      case "log" -> b.log(b.uniform(0, 1, SITES));
      case "tanh" -> b.tanh(field(b, 1));
      case "sines" -> b.sines(field(b, 1), 12, 6, true, b.parameter("p", 12 + 6 * 13));
      case "sines-back" -> {
        Value a = field(b, 1);
        Parameter p = b.parameter("p", 12 + 6 * 13);
        Value out = b.sines(a, 12, 6, true, p);
        Gradient gradient = b.pullback(Map.of(out, b.fill(0.5, 7, SITES)));
        b.output("by parameter", gradient.by(p));
        yield gradient.by(a);
      }
      case "hartley" -> Fourier.hartley(b, field(b, 1), LATTICE);
      case "cubic-step" -> {
        Stencil nearest = Stencil.nearest(LATTICE);
        Parameter step = b.parameter("step", 1);
        Value v = b.fill(0, 1, SITES);
        yield b.cubicStep(v, step, field(b, 1), 1, -1, 1, nearest.taps(), nearest.table(), step)
            .get(1);
      }
      case "orbit-sums" -> {
        Stencil box = Stencil.box(LATTICE, 2);
        yield b.orbitSum(field(b, box.orbits()), box);
      }
      case "convolution-back" -> {
        Stencil box = Stencil.box(LATTICE, 1);
        Value a = field(b, 8);
        Parameter w = b.parameter("w", 8 * 8 * box.orbits());
        Value out = b.convolve(a, box, 8, w, b.parameter("c", 8));
        Gradient gradient = b.pullback(Map.of(out, b.fill(0.5, 8, SITES)));
        b.output("by weight", gradient.by(w));
        yield gradient.by(a);
      }
      default -> throw new IllegalArgumentException("op: " + op);
    };
  }

  private static Value field(ProgramBuilder b, int channels) {
    return b.input("a", channels, SITES);
  }

  /** One run. */
  @Benchmark
  public float[] run(Rates rates) {
    return work.run(rates);
  }

  /** Ends. */
  @TearDown
  public void close() {
    work.close();
  }
}
