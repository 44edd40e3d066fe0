# The back ends of vendor libraries with a stand-in for the library, which records what it is asked (vendor/test_vendor.c).

function(tn_vendor_test name backend standin)
    file(GLOB adapters CONFIGURE_DEPENDS
        ${repository}/firmware-native/src/opt/vendor/*.c ${repository}/firmware-native/src/opt/${backend}/tn_${backend}*.c)
    tn_test_program(${name} vendor/test_vendor.c standin/${standin}/${standin}.c ${adapters})
    target_include_directories(${name} PRIVATE vendor standin/${standin}
        ${repository}/firmware-native/src/opt ${repository}/firmware-native/src/opt/${backend})
    target_compile_definitions(${name} PRIVATE
        TN_KERNELS_HEADER="tn_kernels_backend.h" TN_VENDOR_SCRATCH_BYTES=2112 VENDOR_CALLS="tests/native/vendor/${name}.txt" ${ARGN})
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${repository})
endfunction()

tn_vendor_test(test_cmsis_nn cmsis_nn cmsis_nn VENDOR_S16 TN_CMSIS_NN_HELIUM=0)
tn_vendor_test(test_cmsis_nn_helium cmsis_nn cmsis_nn VENDOR_S16 TN_CMSIS_NN_HELIUM=1)
tn_vendor_test(test_esp_nn esp_nn esp_nn)
