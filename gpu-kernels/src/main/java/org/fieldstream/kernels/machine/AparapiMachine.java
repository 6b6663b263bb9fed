package org.fieldstream.kernels.machine;

import com.aparapi.device.Device;
import com.aparapi.device.JavaDevice;
import com.aparapi.device.OpenCLDevice;
import java.util.List;
import java.util.stream.IntStream;
import org.fieldstream.kernels.machine.aparapi.AparapiExecutable;
import org.fieldstream.kernels.machine.aparapi.OpenClDevices;
import org.fieldstream.kernels.program.Program;

/**
 * Runs programs through Aparapi: on an OpenCL device, or on Aparapi's Java thread pool. Each
 * program is one kernel whose memory stays on the device.
 */
public final class AparapiMachine implements Machine {
  /** Lane group on a GPU: enough lanes to fill one with the smallest ops. */
  public static final int GPU_LANES = 1024;

  /** Lane group on a CPU: a few cache lines. */
  public static final int CPU_LANES = 64;

  private final Device device;
  private final int lanes;

  private AparapiMachine(Device device, int lanes) {
    if (lanes < 1 || Integer.bitCount(lanes) != 1) {
      throw new IllegalArgumentException("lanes: " + lanes + " (expected: a power of two)");
    }
    this.device = device;
    this.lanes = lanes;
  }

  /** Aparapi's Java thread pool. */
  public static AparapiMachine threadPool() {
    return threadPool(CPU_LANES);
  }

  /**
   * Aparapi's Java thread pool with a lane group of one's own.
   *
   * @param lanes a power of two
   */
  public static AparapiMachine threadPool(int lanes) {
    return new AparapiMachine(JavaDevice.THREAD_POOL, lanes);
  }

  /**
   * An OpenCL device.
   *
   * @param n position in {@link #openClDevices()}
   * @throws MachineException if there is no such device
   */
  public static AparapiMachine openCl(int n) {
    OpenCLDevice device = device(n);
    return on(device, device.getType() == Device.TYPE.CPU ? CPU_LANES : GPU_LANES);
  }

  /**
   * An OpenCL device with a lane group of one's own.
   *
   * @param n position in {@link #openClDevices()}
   * @param lanes a power of two; programs that do not fit the device's memory get fewer
   * @throws MachineException if there is no such device
   */
  public static AparapiMachine openCl(int n, int lanes) {
    return on(device(n), lanes);
  }

  /** The OpenCL devices of this host in words, GPUs first; the list that {@code n} counts in. */
  public static List<String> openClDevices() {
    return OpenClDevices.list().stream().map(OpenClDevices::describe).toList();
  }

  /** Positions of the GPUs among the OpenCL devices. */
  static List<Integer> gpus() {
    List<OpenCLDevice> devices = OpenClDevices.list();
    return IntStream.range(0, devices.size())
        .filter(n -> devices.get(n).getType() == Device.TYPE.GPU)
        .boxed()
        .toList();
  }

  private static AparapiMachine on(OpenCLDevice device, int lanes) {
    // A discrete device has memory of its own: copy there and back, do not map ours.
    device.setSharedMemory(device.getType() == Device.TYPE.CPU);
    return new AparapiMachine(device, lanes);
  }

  private static OpenCLDevice device(int n) {
    List<OpenCLDevice> devices = OpenClDevices.list();
    if (devices.isEmpty()) {
      throw new MachineException(
          "opencl: no device (expected: an OpenCL driver and its loader, for example Debian's"
              + " pocl-opencl-icd and ocl-icd-libopencl1 for CPUs; machines vector and jtp need"
              + " none)");
    }
    if (n < 0 || n >= devices.size()) {
      throw new MachineException(
          "opencl: device "
              + n
              + " (expected: 0 to "
              + (devices.size() - 1)
              + " of "
              + devices.stream().map(OpenClDevices::describe).toList()
              + ")");
    }
    return devices.get(n);
  }

  @Override
  public MachineKind kind() {
    return device instanceof OpenCLDevice ? MachineKind.OPENCL : MachineKind.JTP;
  }

  @Override
  public String describe() {
    return device instanceof OpenCLDevice openCl
        ? "opencl (" + OpenClDevices.describe(openCl) + ", " + lanes + " lanes)"
        : "jtp (" + Runtime.getRuntime().availableProcessors() + " threads, " + lanes + " lanes)";
  }

  @Override
  public int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public Executable load(Program program) {
    return new AparapiExecutable(program, device, lanes);
  }

  @Override
  public void close() {
    // Executables hold everything.
  }
}
