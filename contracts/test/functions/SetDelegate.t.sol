// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {EscrowTest} from "../EscrowTest.sol";
import {vm} from "../Vm.sol";

contract SetDelegateTest is EscrowTest {
    function test_when_a_wallet_without_a_slot_calls_it_reverts() external {
        uint256 jobId = createJob();
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.SlotNotAccepted.selector, jobId, alice, IAIModelTraining.SlotStatus.None
            )
        );
        escrow.setDelegate(jobId, stranger);
    }

    function test_given_the_deadline_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.warp(START + 1 hours);
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(IAIModelTraining.DeadlinePassed.selector, jobId, alice, START + 1 hours)
        );
        escrow.setDelegate(jobId, stranger);
    }

    function test_a_changed_delegate_may_submit_and_the_old_one_may_not() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.DelegateChanged(jobId, alice, stranger);
        vm.prank(alice);
        escrow.setDelegate(jobId, stranger);

        vm.prank(delegate);
        expectError(abi.encodeWithSelector(IAIModelTraining.NotSubmitter.selector, jobId, alice, delegate));
        escrow.submitAdapter(jobId, alice, ADAPTER);
        vm.prank(stranger);
        escrow.submitAdapter(jobId, alice, ADAPTER);
        assertSlot(jobId, alice, IAIModelTraining.SlotStatus.Submitted);
    }

    function test_a_revoked_delegate_may_not_submit() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.prank(alice);
        escrow.setDelegate(jobId, address(0));
        bytes memory signature = sign(DELEGATE_KEY, jobId, alice, ADAPTER);
        expectError(abi.encodeWithSelector(IAIModelTraining.InvalidSignature.selector, jobId, alice));
        escrow.submitAdapterBySig(jobId, alice, ADAPTER, signature);
    }
}
