# Flags shared by the library, its tests and the emulator runner.

function(tn_compile_strictly target)
    set_target_properties(${target} PROPERTIES C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
    if(MSVC)
        target_compile_options(${target} PRIVATE /W4 /WX)
        return()
    endif()
    target_compile_options(${target} PRIVATE
        -Wall -Wextra -Wpedantic -Werror -Wundef -Wshadow -Wconversion
        # Float kernels give the same bytes on every target only when a*b+c is never fused behind our back.
        -ffp-contract=off)
endfunction()

function(tn_sanitize target)
    if(TN_SANITIZE)
        # A finding ends the process: a sanitizer that only prints is not a failing test.
        set(flags -fsanitize=${TN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
        target_compile_options(${target} PRIVATE ${flags})
        target_link_options(${target} PUBLIC -fsanitize=${TN_SANITIZE})
    endif()
endfunction()
