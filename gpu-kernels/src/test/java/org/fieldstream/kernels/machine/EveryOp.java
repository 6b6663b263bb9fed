package org.fieldstream.kernels.machine;

import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.machine.aparapi.AparapiExecutable;
import org.fieldstream.kernels.machine.aparapi.OpenClDevices;
import org.fieldstream.kernels.program.Gradient;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.OpCode;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * A program with every op in it, small enough for a device that watches each access to memory.
 * {@code oclgrind --data-races --uninitialized java ... EveryOp} is the check of the OpenCL kernel
 * that {@code .ci/run} makes; it compares bits with the Java thread pool, too.
 */
final class EveryOp {
  private static final Lattice LATTICE = Lattice.of(3, 2);
  private static final int SITES = LATTICE.sites();
  private static final int[] LANES = {5, 1};

  private final ProgramBuilder b = new ProgramBuilder();
  private final List<Value> values = new ArrayList<>();

  private EveryOp() {}

  /** The program. */
  static Program program() {
    EveryOp every = new EveryOp();
    every.elementwise();
    every.sums();
    every.series();
    every.convolutions();
    int n = 0;
    for (Value value : every.values) {
      every.b.output("out" + n++, value);
    }
    return every.b.build();
  }

  /** The ops of a program. */
  static Set<OpCode> ops(Program program) {
    Set<OpCode> codes = EnumSet.noneOf(OpCode.class);
    program.ops().stream().map(Op::code).forEach(codes::add);
    return codes;
  }

  private void elementwise() {
    Value x = b.add(b.normal(0, 2, SITES), b.input("x", 2, SITES));
    Value u = b.uniform(1, 1, 5);
    values.addAll(List.of(x, b.log(u), b.exp(u), b.tanh(x), b.sin(x), b.cos(x), b.leaky(0.01, x)));
    Value y = b.sub(b.linear(0.5, x, 0.25, b.mul(x, x)), b.channels(x, 0, 1));
    values.add(b.div(y, b.affine(1, b.exp(x), 1)));
    values.add(b.concat(y, b.fill(0.5, 1, SITES)));
    values.add(b.stencilSum(x, Stencil.nearest(LATTICE)));
    values.add(b.gather(x, 1, 2, 2, new int[] {3, 1, -1, 2}));
    values.add(b.broadcast(b.siteSum(x), 2, 3));
    int[] slot = new int[2 * SITES];
    Arrays.setAll(slot, e -> e % 3);
    Parameter p = b.parameter("p", 3);
    values.add(b.plus(b.times(x, p, slot), p, slot));
    values.add(b.alongAxis(x, LATTICE, 0, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}));
  }

  private void sums() {
    Value x = b.input("summed", 2, SITES);
    int[] slot = new int[2 * SITES];
    Arrays.setAll(slot, e -> e * e % 4);
    values.addAll(List.of(b.siteSum(x), b.total(x), b.dot(x, b.input("with", 2, SITES))));
    values.add(b.segmentSum(x, slot, 5));
    values.add(b.segmentDot(x, x, slot, 5));
    Stencil nearest = Stencil.nearest(LATTICE);
    Value v = b.input("velocity", 1, SITES);
    Parameter s = b.parameter("step", 1);
    Value a = b.input("field", 1, SITES);
    values.addAll(b.cubicStep(v, s, a, 1, 2, 3, nearest.taps(), nearest.table(), s));
  }

  private void series() {
    Value a = b.input("angle", 1, SITES);
    for (boolean slope : new boolean[] {false, true}) {
      Parameter p = b.parameter("series " + slope, 2 + 3 * 3);
      Value out = b.sines(a, 2, 3, slope, p);
      values.add(out);
      Gradient gradient = b.pullback(Map.of(out, b.fill(0.5, slope ? 4 : 3, SITES)));
      values.addAll(List.of(gradient.by(a), gradient.by(p)));
    }
    Value k = b.input("angles", 3, SITES);
    Parameter p = b.parameter("waves", 2 * 4);
    Value out = b.planeSines(k, 2, p);
    values.add(out);
    Gradient gradient = b.pullback(Map.of(out, b.fill(0.5, 2, SITES)));
    values.addAll(List.of(gradient.by(k), gradient.by(p)));
  }

  private void convolutions() {
    Value a = b.input("image", 2, SITES);
    for (int channels : new int[] {1, 5}) {
      Stencil box = Stencil.box(LATTICE, 1);
      Parameter w = b.parameter("weights " + channels, 2 * channels * box.orbits());
      Parameter c = b.parameter("biases " + channels, channels);
      Value out = b.convolve(a, box, channels, w, c);
      values.add(out);
      Gradient gradient = b.pullback(Map.of(out, b.fill(0.5, channels, SITES)));
      values.addAll(List.of(gradient.by(a), gradient.by(w), gradient.by(c)));
    }
  }

  /**
   * Runs the program on the first OpenCL device, as it is and as one with memory of its own and
   * interleaved work-items.
   */
  public static void main(String[] arguments) {
    Program program = program();
    OpenCLDevice device = OpenClDevices.list().get(0);
    System.out.println(OpenClDevices.describe(device));
    try (Machine pool = AparapiMachine.threadPool()) {
      for (Device.TYPE type : new Device.TYPE[] {Device.TYPE.CPU, Device.TYPE.GPU}) {
        device.setType(type);
        device.setSharedMemory(type == Device.TYPE.CPU);
        try (Executable expected = pool.load(program);
            Executable found = new AparapiExecutable(program, device, 8)) {
          for (int lanes : LANES) {
            compare(program, run(expected, lanes), run(found, lanes));
            System.out.println(type + ", " + lanes + " lanes: the bits of the thread pool");
          }
        }
      }
    }
  }

  private static Lanes run(Executable executable, int count) {
    Lanes lanes = new OpCase("every op", executable.program(), 0.5, 1, 0, 0).lanes(count);
    executable.run(lanes);
    return lanes;
  }

  private static void compare(Program program, Lanes expected, Lanes found) {
    for (int o = 0; o < program.outputs().size(); o++) {
      if (!Arrays.equals(expected.output(o), found.output(o))) {
        throw new IllegalStateException(
            program.outputs().get(o)
                + ": "
                + Arrays.toString(found.output(o))
                + " (expected: "
                + Arrays.toString(expected.output(o))
                + ")");
      }
    }
  }
}
