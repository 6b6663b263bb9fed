package org.fieldstream.kernels.machine.aparapi;

import com.aparapi.Range;
import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.exception.CompileFailedException;
import com.aparapi.internal.kernel.KernelManager;
import java.util.Arrays;
import java.util.LinkedHashSet;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.MachineException;
import org.fieldstream.kernels.program.Program;
import org.jspecify.annotations.Nullable;

/**
 * A program on an Aparapi device. The arena stays on the device; a run puts keys, inputs and
 * changed parameters, executes all passes, gets the outputs. Batches above the lane group run in
 * chunks, below it in the next power of two of lanes.
 */
public final class AparapiExecutable implements Executable {
  private static final int LEAST_POWER = -126;
  private static final int POWERS = 254;

  /** Work-items beyond this many share work; enough to fill any GPU. */
  private static final int MOST_WORK_ITEMS = 1 << 20;

  private static final int GROUP = 64;

  private final Program program;
  private final Device device;
  private final PassTable table;
  private final LatticeKernel kernel;
  private final int laneGroup;
  private boolean fresh = true;
  private boolean closed;

  /** Why the device gave up; it has nothing of this program any more. */
  private @Nullable MachineException lost;

  /**
   * Loads a program and compiles the kernel.
   *
   * @param lanes the lane group, a power of two; halved until the device's memory suffices
   * @throws MachineException if not even one lane fits, or the kernel does not build
   */
  public AparapiExecutable(Program program, Device device, int lanes) {
    this.program = program;
    this.device = device;
    table = new PassTable(program);
    long arena = 4L * program.plan().size();
    long all = arena + 4L * table.inputSize() + 4L * table.outputSize() + 16;
    laneGroup = MemoryBudget.of(device).lanes(lanes, arena, all);
    boolean gpu = device instanceof OpenCLDevice && device.getType() != Device.TYPE.CPU;
    kernel = new LatticeKernel(device, !gpu);
    kernel.setExplicit(true);
    kernel.prog = table.rows();
    kernel.tables = table.tables();
    kernel.params = parameterArray();
    kernel.powers = program.parameterCount() + program.constants().length;
    try {
      kernel.arena = new float[program.plan().size() * laneGroup];
      kernel.input = new float[Math.max(1, table.inputSize() * laneGroup)];
      kernel.output = new float[table.outputSize() * laneGroup];
    } catch (OutOfMemoryError e) {
      kernel.dispose();
      throw new MachineException(
          "memory: "
              + (laneGroup * all >> 20)
              + " MiB do not fit into the heap (remedy: a smaller lattice or a larger -Xmx)",
          e);
    }
    kernel.keys = new int[4 * laneGroup];
    try {
      build();
    } catch (MachineException e) {
      kernel.dispose();
      throw e;
    }
  }

  /** Parameters, constants, then 2^-126 to 2^127, which exp() scales by. */
  private float[] parameterArray() {
    float[] constants = program.constants();
    int count = program.parameterCount();
    float[] all = new float[count + constants.length + POWERS];
    System.arraycopy(constants, 0, all, count, constants.length);
    for (int i = 0; i < POWERS; i++) {
      all[count + constants.length + i] = Math.scalb(1f, LEAST_POWER + i);
    }
    return all;
  }

  private void build() {
    if (!(device instanceof OpenCLDevice)) {
      return;
    }
    // A failure marks a device as unfit for the kernel class for good; a new program starts clean.
    LinkedHashSet<Device> all = new LinkedHashSet<>(OpenClDevices.list());
    all.add(device);
    KernelManager.instance().setPreferredDevices(kernel, all);
    AparapiLog.clear();
    try {
      kernel.compile(device);
    } catch (CompileFailedException e) {
      throw new MachineException(
          "kernel: does not build on " + device.getShortDescription() + ": " + reason(e), e);
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw new MachineException(
          "kernel: does not build on " + device.getShortDescription() + ": " + e, e);
    }
  }

  private static String reason(CompileFailedException e) {
    return e.getCause() == null ? String.valueOf(e.getMessage()) : e.getCause().toString();
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public int laneGroup() {
    return laneGroup;
  }

  @Override
  public void run(Lanes lanes) {
    if (lanes.program() != program) {
      throw new IllegalArgumentException("lanes: of another program (expected: of this one)");
    }
    if (lost != null) {
      throw lost;
    }
    if (closed) {
      throw new IllegalStateException("executable: closed (expected: open)");
    }
    parameters(lanes.parameters());
    for (int first = 0; first < lanes.count(); first += laneGroup) {
      chunk(lanes, first, Math.min(laneGroup, lanes.count() - first));
    }
  }

  private void parameters(float[] values) {
    int count = values.length;
    if (fresh || !Arrays.equals(values, 0, count, kernel.params, 0, count)) {
      System.arraycopy(values, 0, kernel.params, 0, count);
      kernel.put(kernel.params);
    }
    if (fresh) {
      kernel.put(kernel.prog).put(kernel.tables);
      fresh = false;
    }
  }

  private void chunk(Lanes lanes, int first, int count) {
    int bits = 32 - Integer.numberOfLeadingZeros(count - 1);
    int width = 1 << bits;
    kernel.laneBits = bits;
    for (int lane = 0; lane < width; lane++) {
      // Lanes beyond the last repeat it: numbers that are known to be harmless.
      int from = first + Math.min(lane, count - 1);
      kernel.keys[lane] = (int) lanes.seeds()[from];
      kernel.keys[width + lane] = (int) (lanes.seeds()[from] >>> 32);
      kernel.keys[2 * width + lane] = (int) lanes.indices()[from];
      kernel.keys[3 * width + lane] = (int) (lanes.indices()[from] >>> 32);
      int to = 0;
      for (int i = 0; i < program.inputs().size(); i++) {
        int size = program.inputs().get(i).value().shape().size();
        System.arraycopy(lanes.input(i), from * size, kernel.input, to + lane * size, size);
        to += width * size;
      }
    }
    kernel.put(kernel.keys).put(kernel.input);
    execute(width);
    kernel.get(kernel.output);
    int from = 0;
    for (int o = 0; o < program.outputs().size(); o++) {
      int size = program.outputs().get(o).value().shape().size();
      System.arraycopy(kernel.output, from, lanes.output(o), first * size, count * size);
      from += width * size;
    }
  }

  private void execute(int width) {
    AparapiLog.clear();
    try {
      kernel.execute(range(width), table.passes());
    } catch (RuntimeException | AssertionError e) {
      throw failed(AparapiLog.reason(e.toString()), e);
    }
    // Aparapi would rather run a failed kernel in Java than say so.
    if (device instanceof OpenCLDevice
        && KernelManager.instance().getPreferences(kernel).getFailedDevices().contains(device)) {
      throw failed(AparapiLog.reason("no reason given"), null);
    }
  }

  /** Gives the device's memory back at once: whoever goes on elsewhere may need it. */
  private MachineException failed(String reason, @Nullable Throwable cause) {
    close();
    lost =
        new MachineException(
            "device: "
                + device.getShortDescription()
                + " failed to run the program: "
                + reason
                + " (OpenCL's codes -4, -5 and -6 mean out of memory; remedy: a smaller batch or"
                + " lattice, or the vector machine)",
            cause);
    return lost;
  }

  private Range range(int width) {
    if (!(device instanceof OpenCLDevice)) {
      int threads = Runtime.getRuntime().availableProcessors();
      return device.createRange(threads, threads);
    }
    int group = Math.min(GROUP, device.getMaxWorkGroupSize());
    if (device.getType() == Device.TYPE.CPU) {
      // A few runs of items for each core, so that a late core can be helped out.
      return device.createRange(8 * ((OpenCLDevice) device).getMaxComputeUnits(), 1);
    }
    long items = Math.min((long) table.mostItems() * width, MOST_WORK_ITEMS);
    return device.createRange((int) ((items + group - 1) / group) * group, group);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      kernel.dispose();
    }
  }
}
