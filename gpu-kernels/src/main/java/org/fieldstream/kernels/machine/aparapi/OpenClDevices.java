package org.fieldstream.kernels.machine.aparapi;

import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import java.util.Comparator;
import java.util.List;
import org.fieldstream.kernels.machine.MachineException;

/** The OpenCL devices of this host. */
public final class OpenClDevices {
  private OpenClDevices() {}

  /**
   * All devices, GPUs first, then accelerators, then CPUs, each in the platforms' order; empty
   * where there is no OpenCL.
   *
   * @throws MachineException if the OpenCL loader itself fails
   */
  public static List<OpenCLDevice> list() {
    try {
      return OpenCLDevice.listDevices(null).stream()
          .sorted(Comparator.comparingInt(OpenClDevices::rank))
          .toList();
    } catch (LinkageError | RuntimeException e) {
      throw new MachineException("opencl: the loader failed: " + e, e);
    }
  }

  /** A device in words: name, kind, platform, memory. */
  public static String describe(OpenCLDevice device) {
    return device.getName()
        + " ("
        + device.getType()
        + ", "
        + device.getOpenCLPlatform().getName()
        + ", "
        + device.getMaxComputeUnits()
        + " compute units, "
        + (device.getGlobalMemSize() >> 20)
        + " MiB)";
  }

  private static int rank(OpenCLDevice device) {
    return device.getType() == Device.TYPE.GPU ? 0 : device.getType() == Device.TYPE.ACC ? 1 : 2;
  }
}
